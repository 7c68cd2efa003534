"""Every table, in one place to import from: they are defined in the files beside this."""

import sqlalchemy as sa

from storage import (
    tables_audit,
    tables_conclusion,
    tables_conversation,
    tables_jobs,
    tables_library,
    tables_outreach,
    tables_people,
    tables_privacy,
    tables_record,
)
from storage.columns import metadata, table_of

account = table_of(tables_record.AccountRow)
account_name = table_of(tables_record.AccountNameRow)
names_state = table_of(tables_record.NamesStateRow)
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

appointment = table_of(tables_jobs.AppointmentRow)
firing = table_of(tables_jobs.FiringRow)
told = table_of(tables_jobs.ToldRow)
snooze = table_of(tables_jobs.SnoozeRow)
source = table_of(tables_jobs.SourceRow)

document = table_of(tables_library.DocumentRow)
chunk = table_of(tables_library.ChunkRow)
shelf_state = table_of(tables_library.ShelfStateRow)

question = table_of(tables_conversation.QuestionRow)
support_case = table_of(tables_conversation.CaseRow)
case_reply = table_of(tables_conversation.CaseReplyRow)
place_mode = table_of(tables_conversation.PlaceModeRow)
thread_line = table_of(tables_conversation.ThreadLineRow)
post = table_of(tables_conversation.PostRow)

outreach = table_of(tables_outreach.OutreachRow)
pause = table_of(tables_outreach.PauseRow)
suppression = table_of(tables_outreach.SuppressionRow)
play_tier = table_of(tables_outreach.PlayTierRow)

audit = table_of(tables_audit.AuditRow)
audit_head = table_of(tables_audit.AuditHeadRow)

erasure = table_of(tables_privacy.ErasureRow)
erased_mark = table_of(tables_privacy.ErasedMarkRow)
erasure_secret = table_of(tables_privacy.ErasureSecretRow)

KIND_TABLES: dict[str, sa.Table] = {
    kind: table_of(row) for kind, row in tables_record.KIND_ROWS.items()
}

__all__ = [
    "KIND_TABLES",
    "account",
    "account_name",
    "appointment",
    "audit",
    "audit_head",
    "case_reply",
    "chunk",
    "contact",
    "cta",
    "document",
    "erased_mark",
    "erasure",
    "erasure_secret",
    "feature",
    "feed",
    "finding",
    "firing",
    "health",
    "interaction",
    "invoice",
    "metadata",
    "milestone",
    "names_state",
    "objective",
    "outreach",
    "pause",
    "person",
    "person_link",
    "place",
    "place_mode",
    "play_tier",
    "post",
    "question",
    "save",
    "seen_event",
    "shelf_state",
    "snapshot",
    "snooze",
    "source",
    "subscription",
    "support_case",
    "suppression",
    "survey",
    "thread_line",
    "ticket",
    "told",
    "training",
    "usage_day",
]
