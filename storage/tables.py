"""Every table, in one place to import from: they are defined in the three files beside this."""

import sqlalchemy as sa

from storage import tables_conclusion, tables_people, tables_record
from storage.columns import metadata, table_of

account = table_of(tables_record.AccountRow)
account_name = table_of(tables_record.AccountNameRow)
feature = table_of(tables_record.FeatureRow)
contact = table_of(tables_record.ContactRow)
subscription = table_of(tables_record.SubscriptionRow)
usage_day = table_of(tables_record.UsageDayRow)
ticket = table_of(tables_record.TicketRow)
survey = table_of(tables_record.SurveyRow)
invoice = table_of(tables_record.InvoiceRow)
objective = table_of(tables_record.ObjectiveRow)
interaction = table_of(tables_record.InteractionRow)
milestone = table_of(tables_record.MilestoneRow)
training = table_of(tables_record.TrainingRow)
feed = table_of(tables_record.FeedRow)

health = table_of(tables_conclusion.HealthRow)
snapshot = table_of(tables_conclusion.SnapshotRow)
finding = table_of(tables_conclusion.FindingRow)
cta = table_of(tables_conclusion.CtaRow)
save = table_of(tables_conclusion.SaveRow)

person = table_of(tables_people.PersonRow)
person_link = table_of(tables_people.PersonLinkRow)
place = table_of(tables_people.PlaceRow)
seen_event = table_of(tables_people.SeenEventRow)
firing = table_of(tables_people.FiringRow)

KIND_TABLES: dict[str, sa.Table] = {
    kind: table_of(row) for kind, row in tables_record.KIND_ROWS.items()
}

__all__ = [
    "KIND_TABLES",
    "account",
    "account_name",
    "contact",
    "cta",
    "feature",
    "feed",
    "finding",
    "firing",
    "health",
    "interaction",
    "invoice",
    "metadata",
    "milestone",
    "objective",
    "person",
    "person_link",
    "place",
    "save",
    "seen_event",
    "snapshot",
    "subscription",
    "survey",
    "ticket",
    "training",
    "usage_day",
]
