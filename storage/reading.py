"""A unit of work that only reads."""

from storage.reading_account import AccountReader
from storage.reading_books import BookReader
from storage.reading_cases import CaseReader
from storage.reading_conversation import ConversationReader
from storage.reading_library import LibraryReader
from storage.reading_people import PeopleReader
from storage.reading_portfolio import PortfolioReader


class SqlReader(
    AccountReader,
    BookReader,
    PeopleReader,
    PortfolioReader,
    LibraryReader,
    ConversationReader,
    CaseReader,
):
    """`csm.ports.Reader` on a connection."""
