"""What Slack's own objects say about a user and a conversation, as facts to decide by.

A field that is missing or odd never speaks for trust.
"""

from collections.abc import Iterator

from bot.identity import ConversationKind, UserFacts
from bot.payload import Json, as_list, as_object, as_text


def user_facts(user: Json, own_teams: frozenset[str]) -> UserFacts:
    """From a user object of `users.info` or of an event."""
    profile = as_object(user.get("profile"))
    workspace = as_text(user.get("team_id"))
    also_in = map(as_text, as_list(as_object(user.get("enterprise_user")).get("teams")))
    teams = {team for team in (workspace, *also_in) if team}
    vouched = user.get("is_email_confirmed") is not False
    return UserFacts(
        user=as_text(user.get("id")),
        workspace=workspace,
        email=as_text(profile.get("email")) if vouched else "",
        name=as_text(profile.get("real_name")) or as_text(user.get("name")),
        is_foreign=bool(user.get("is_stranger")) or not teams & own_teams,
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot") or user.get("is_workflow_bot")),
        is_deleted=bool(user.get("deleted")),
    )


def kind_of(conversation: Json) -> ConversationKind:
    """From a conversation object of `conversations.info`."""
    if conversation.get("is_im"):
        return ConversationKind.DIRECT
    return ConversationKind.GROUP if conversation.get("is_mpim") else ConversationKind.CHANNEL


def shares_outside(conversation: Json, own_teams: frozenset[str]) -> bool:
    """Whether another organisation is in the conversation, or has been asked in."""
    outside = (
        "is_ext_shared",
        "is_pending_ext_shared",
        "pending_shared",
        "pending_connected_team_ids",
    )
    if any(conversation.get(sign) for sign in outside):
        return True
    teams = set(_teams(conversation))
    if conversation.get("is_org_shared") or conversation.get("is_shared"):
        return not teams or not teams <= own_teams
    return not teams <= own_teams


def _teams(conversation: Json) -> Iterator[str]:
    for listed in ("connected_team_ids", "shared_team_ids", "internal_team_ids"):
        yield from map(str, as_list(conversation.get(listed)))
    for single in ("context_team_id", "conversation_host_id"):
        if conversation.get(single):
            yield str(conversation[single])
