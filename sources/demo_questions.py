"""What customers of the demo product ask: what its help centre answers, and what it must not.

In the words that people really use: short, sloppy, and sometimes leaning on what was said before.
"""

from typing import Final

from sources.demo_question import DemoQuestion, Expected, answered, gap, on_topic

_RESET = "how do I reset the reset link's expiry?"
_RESET_ANSWER = (
    "Open Settings > Security > Sign-in, and choose another time under Reset link expiry."
)

ANSWERABLE: Final = (
    answered(
        _RESET,
        "sign-in/reset-links",
        "To reset the expiry to its default of 60 minutes, select **Restore default**",
        asked_by="jo",
    ),
    answered(
        "and for SSO?",
        "sign-in/reset-links sign-in/sso",
        "People who sign in through single sign-on have no reset link",
        (_RESET, _RESET_ANSWER),
    ),
    answered(
        "can the password reset mails stay valid for longer than an hour?",
        "sign-in/reset-links",
        "choose 15 minutes, 30 minutes, 60 minutes, 4 hours or 24 hours",
    ),
    answered(
        "I asked for a new password and the mail never came, what now?",
        "sign-in/reset-password",
        "You can ask for at most five reset links in an hour",
    ),
    answered(
        "one of my people gets “this link has expired” when setting a new password",
        "sign-in/reset-links sign-in/trouble-signing-in",
        "each new link cancels the older ones",
    ),
    answered(
        "how do we make everyone use an authenticator app?",
        "sign-in/two-step",
        "switch on **Require two-step sign-in**",
    ),
    answered(
        "Got a new phone and the old one is gone, how do I log in without the code?",
        "sign-in/two-step",
        "one of your recovery codes",
    ),
    answered(
        "and if I don't have those codes either?",
        "sign-in/two-step",
        "select **Reset two-step sign-in**",
        (
            "lost my phone, how do I get in with two-step sign-in?",
            "Enter one of your recovery codes instead of the code from the app.",
        ),
    ),
    answered("Users are logged out every hour", "sign-in/sessions", "Choose 12 hours or more"),
    answered(
        "it says account locked when I try to log in",
        "sign-in/trouble-signing-in sign-in/reset-password",
        "Wait 15 minutes, or use a reset link",
    ),
    answered(
        "how do we connect our identity provider so nobody needs another password?",
        "sign-in/sso",
        "Open **Settings > Security > Single sign-on** and select **Add provider**",
    ),
    answered(
        "what can an editor do that a viewer can't?",
        "account/roles",
        "| Build dashboards, reports and forecasts | yes | yes | yes | no |",
    ),
    answered(
        "I invited someone two weeks ago, now their invite link is dead",
        "account/invitations",
        "Select **Resend** to send a new link, valid for another 7 days",
    ),
    answered(
        "a colleague has left, what happens to her dashboards and reports?",
        "account/remove-people",
        "Choose a colleague under **Transfer content to**",
    ),
    answered(
        "How are seats counted for people on leave?",
        "account/seats",
        "each takes a seat as long as their account is active",
    ),
    answered(
        "where can I see who changed our security settings last week?",
        "account/audit-log",
        "Open **Settings > Security > Audit log**",
    ),
    answered(
        "how far back does it go?",
        "account/audit-log account/data-retention",
        "Entries are kept for 365 days",
        (
            "where do I find the audit log?",
            "Open Settings > Security > Audit log. Owners and admins can read it.",
        ),
    ),
    answered(
        "all times on my screen are two hours off",
        "account/time-zones",
        "Open **Profile > Time zone**",
    ),
    answered(
        "deleted a dashboard by accident!! can I get it back?",
        "account/data-retention",
        "brought back for 30 days",
    ),
    answered(
        "way too many emails from you guys, can I get one summary instead",
        "account/notifications",
        "a single e-mail every 30 minutes",
    ),
    answered(
        "How do I share a dashboard with one colleague only?",
        "dashboards/share-a-view",
        "Make sure that **General access** says **Only people listed here**",
    ),
    answered(
        "what about somebody outside our company?",
        "dashboards/share-a-view",
        "A public link opens a view without signing in",
        (
            "How do I share a dashboard with one colleague only?",
            "Open it, select Share, and type the name of your colleague.",
        ),
    ),
    answered(
        "The colours of a chart changed after an import",
        "dashboards/chart-colours",
        "Fix the colours, and no import changes them any more",
    ),
    answered(
        "Colours are wrong in every export",
        "dashboards/chart-colours reports/exports",
        "switch on **Keep screen colours**",
    ),
    answered(
        "my teammate opens the view I shared and it's empty",
        "dashboards/view-shows-no-data",
        "they nearly always lack access to the data source behind it",
    ),
    answered(
        "can my boss get the sales dashboard in her inbox every Monday at 8?",
        "reports/schedule-report",
        "Choose **Daily**, **Weekly** or **Monthly**",
    ),
    answered(
        "A scheduled report arrived an hour late",
        "reports/report-late",
        "the option **Wait for fresh data** is on",
    ),
    answered(
        "Wrong totals in the weekly report", "reports/figures-differ", "choose *Last full week*"
    ),
    answered(
        "Exporting a table with more than 5,000 rows",
        "reports/exports getting-started/limits",
        "For more, choose **Background export**",
    ),
    answered("Adding a second data source", "data/data-sources", "a workspace can have up to 25"),
    answered(
        "uploaded the same spreadsheet twice, now everything is counted double",
        "data/import-files reports/figures-differ",
        "when the same spreadsheet is imported twice, everything is counted double",
    ),
    answered(
        "our import fails with I-105",
        "data/import-errors",
        "| I-105 | two rows have the same key |",
    ),
    answered(
        "the figures are from yesterday, how do we get them every 15 minutes?",
        "data/data-out-of-date data/data-sources",
        "**Every 15 minutes**, which is the fastest there is",
    ),
    answered(
        "An alert was sent twice",
        "alerts/alert-trouble",
        "**Once as a person and once through a group.**",
    ),
    answered("tell me when our stock drops under 200", "alerts/create-alert", "stock is below 200"),
    answered(
        "Automations stop without a message",
        "automations/automation-stopped",
        "Tick **E-mail** in the line **Automation paused**",
    ),
    answered(
        "how can our server check that a webhook call really came from you?",
        "automations/webhooks",
        "the HMAC-SHA256 of the body with your signing secret",
    ),
    answered(
        "Can approvals be handed to a deputy during holidays?",
        "approvals/deputies",
        "Open **Profile > Approvals** and select **Add deputy**",
    ),
    answered(
        "Approvals are asked for twice",
        "approvals/set-up-approvals",
        "**Ask again when the content changes** is on",
    ),
    answered(
        "Forecast page stays empty",
        "forecasts/forecast-trouble forecasts/create-forecast",
        "the figure has fewer than 24 points",
    ),
    answered(
        "how many calls a minute can we make to the API before we get a 429?",
        "api/api-requests getting-started/limits",
        "Each token may send 600 requests a minute",
    ),
    answered(
        "my api token runs out next week, can I make it last longer?",
        "api/api-tokens",
        "A token cannot be made to last longer: create a new one",
    ),
    answered(
        "Mobile app shows old figures",
        "mobile/mobile-app data/data-out-of-date",
        "Pull down to refresh",
    ),
    answered(
        "can I look at my dashboards on a plane?",
        "mobile/mobile-app",
        "can be looked at without a connection, for 24 hours",
    ),
    answered(
        "what time at the weekend do you do maintenance?",
        "getting-started/status-page",
        "on Sundays between 04:00 and 06:00 UTC",
    ),
)

# The help centre says nothing of these, on purpose: some are close to what it does say.
GAPS: Final = (
    gap(
        "when a webhook call fails, how many times do you try again and how long apart?",
        "retries",
        "retried",
        "back-off",
    ),
    gap("how do we use our own font in the PDF reports?", "font"),
    gap("is there a desktop app for Linux?", "linux", "desktop app"),
    gap("do you support SCIM provisioning?", "scim", "provisioning"),
    gap("how do we import straight from our ERP?", "erp"),
    gap(
        "can we have a sandbox to try changes before they go live?",
        "sandbox",
        "staging",
        asked_by="sam",
    ),
    gap("how do I delete 200 users at once?", "bulk"),
    gap("can I embed a dashboard in our intranet page?", "embed", "iframe", "intranet"),
    gap("is there a dark mode?", "dark mode", "dark theme"),
    gap("can we run it under our own domain like dashboards.acme.example?", "custom domain"),
    gap("in which country are your servers?", "country", "hosted", "data centre"),
    gap("can I leave a comment on a chart and tag a colleague?", "comment", "mention"),
    gap("how do I set a fiscal year that starts in April?", "fiscal", "financial year"),
    gap("does it convert amounts in euros and dollars automatically?", "euro", "exchange rate"),
    gap("can I write my own SQL formula for a calculated column?", "formula", "calculated"),
    gap("how do we merge two workspaces after an acquisition?", "merge"),
    gap("can the menus be switched to Spanish?", "spanish", "language"),
    gap("is there an assistant I can ask questions about my data in plain words?", "assistant"),
    gap("can I scan barcodes with the mobile app?", "barcode"),
    gap("can we only allow sign-in from our office network?", "allowlist", "office network"),
)

TOPICS: Final = (
    on_topic("How much does it cost to have ten more people?", "money"),
    on_topic("our last invoice looks too high", "money"),
    on_topic("when is our renewal and what is the notice period?", "contract"),
    on_topic("can you send us a data processing agreement?", "legal"),
    on_topic("I think somebody hacked my account", "security_incident"),
    on_topic("we want to cancel our subscription", "cancellation"),
    on_topic("this is no use, let me talk to a person", "a_person"),
)

SMALL_TALK: Final = tuple(
    DemoQuestion(text, Expected.SMALL_TALK) for text in ("Hi there!", "thanks a lot", "ok", "👍")
)

DEMO_QUESTIONS: Final = (*ANSWERABLE, *GAPS, *TOPICS, *SMALL_TALK)

# The one question that each contact of the demo asks in the tour, by the contact's key.
TOUR_QUESTIONS: Final = {
    question.asked_by: question for question in DEMO_QUESTIONS if question.asked_by
}
