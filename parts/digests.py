"""The digests: what people read by themselves, each by the name of its job."""

from collections.abc import Mapping

from csm.gaps import Cluster
from csm.job import JobTable
from csm.people import Capability
from csm.playbook import Playbook
from csm.ports import Clock, Records
from csm.use_cases.digest_frame import Compose, Digest
from csm.use_cases.gaps_digest import compose_gaps
from csm.use_cases.onboarding_digest import compose_onboarding
from csm.use_cases.red_alert import compose_alert
from csm.use_cases.renewals_digest import compose_renewals
from csm.use_cases.reviews_digest import compose_reviews
from csm.use_cases.risk_digest import compose_digest
from csm.use_cases.team_digest import compose_team


def digests_of(
    records: Records,
    playbook: Playbook,
    clock: Clock,
    jobs: JobTable,
    platform: str,
    cluster: Cluster,
) -> Mapping[str, Digest]:
    """`platform` is where people are written to whose platform is not known; `cluster` puts texts
    that mean the same together."""
    gaps = compose_gaps(records, playbook, cluster, clock)
    composed: dict[str, tuple[Capability, Compose]] = {
        "digest": (Capability.READ_ACCOUNTS, compose_digest(records, playbook, clock)),
        "alert": (Capability.READ_ACCOUNTS, compose_alert(records, playbook)),
        "onboarding": (Capability.READ_ACCOUNTS, compose_onboarding(records, playbook)),
        "renewals": (Capability.READ_ACCOUNTS, compose_renewals(records, playbook)),
        "reviews": (Capability.READ_ACCOUNTS, compose_reviews(records, playbook)),
        "gaps": (Capability.ANSWER_CUSTOMERS, gaps),
        "team": (Capability.READ_TEAM, compose_team(records, playbook, clock)),
    }
    return {
        name: Digest(jobs.job(name), capability, compose, records, clock, platform)
        for name, (capability, compose) in composed.items()
    }
