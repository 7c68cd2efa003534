"""The alert of accounts that turned red, composed."""

from csm.playbook import Playbook
from csm.ports import Records
from csm.use_cases.digest_frame import Addressee, Compose, Composed
from csm.use_cases.turned_red import read_alert
from csm.views.red_alert import alert_card
from csm.wording import plural


def compose_alert(records: Records, playbook: Playbook) -> Compose:
    """What writes the digest of the job `alert`."""

    def compose(addressee: Addressee) -> Composed:
        alert = read_alert(records, playbook.digests, addressee)
        return Composed(
            card=alert_card(alert, playbook),
            outcome=f"{plural(len(alert.turned), 'account')} turned red",
            is_empty=not alert.turned,
            lines={str(one.line.account_id): one.told for one in alert.red},
            figures={"scope": alert.scope.word},
        )

    return compose
