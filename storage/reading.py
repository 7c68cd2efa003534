"""A unit of work that only reads."""

from storage.reading_account import AccountReader
from storage.reading_books import BookReader
from storage.reading_people import PeopleReader
from storage.reading_portfolio import PortfolioReader


class SqlReader(AccountReader, BookReader, PeopleReader, PortfolioReader):
    """`csm.ports.Reader` on a connection."""
