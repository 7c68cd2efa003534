"""A unit of work that only reads."""

from storage.aging import KeepingReader
from storage.privacy import PrivacyReader
from storage.reading_account import AccountReader
from storage.reading_audit import AuditReader
from storage.reading_books import BookReader
from storage.reading_cases import CaseReader
from storage.reading_conversation import ConversationReader
from storage.reading_counts import CountsReader
from storage.reading_dealings import DealingsReader
from storage.reading_drafts import DraftsReader
from storage.reading_effect import EffectReader
from storage.reading_jobs import JobsReader
from storage.reading_library import LibraryReader
from storage.reading_outreach import OutreachReader
from storage.reading_people import PeopleReader
from storage.reading_portfolio import PortfolioReader
from storage.reading_reach import ReachReader
from storage.reading_runway import RunwayReader
from storage.reading_success import SuccessReader
from storage.reading_team import TeamReader


class SqlReader(
    AccountReader,
    BookReader,
    PeopleReader,
    PortfolioReader,
    LibraryReader,
    ConversationReader,
    CaseReader,
    OutreachReader,
    ReachReader,
    DealingsReader,
    DraftsReader,
    EffectReader,
    AuditReader,
    SuccessReader,
    RunwayReader,
    JobsReader,
    PrivacyReader,
    CountsReader,
    TeamReader,
    KeepingReader,
):
    """`csm.ports.Reader` on a connection."""
