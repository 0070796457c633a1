"""The services that steps notify, as web.py answers for them: their paths, the requests that they take, and their answers.

    hooks.slack.com           https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    events.pagerduty.com      https://developer.pagerduty.com/docs/events-api-v2-overview
    api.opsgenie.com          https://docs.opsgenie.com/docs/alert-api
    api.atlassian.com         the same API, for Jira Service Management
    *.logic.azure.com         https://learn.microsoft.com/power-automate/create-flow-from-webhook-template
    *.powerplatform.com       the same, at its newer address

A service refuses a request that is not in its form, and one with a credential that has the status in its name: the token
`status-404…` of a webhook, or the key `status-500…`.
"""

import json
import re

from web_authority import VENDORS

ROUTING_KEY = 32


class Refusal(Exception):
    def __init__(self, status, said):
        super().__init__(status)
        self.status, self.said = status, said


def host(request):
    return (request.header("host") or "").split(":")[0]


def is_for(request):
    return host(request) in VENDORS


async def answer_to(request, answer):
    path, _, query = request.path.partition("?")
    try:
        status, said = service(host(request))(request, path, query)
    except Refusal as refusal:
        status, said = refusal.status, refusal.said
    is_text = isinstance(said, str)
    content_type, body = ("text/plain", said) if is_text else ("application/json", json.dumps(said))
    await answer.whole(status, content_type, body.encode())


def service(name):
    if name.startswith("hooks.slack"):
        return slack
    if name.endswith("pagerduty.com"):
        return pagerduty
    return alerts if name.startswith("api.") else teams


def refuse_by(credential, said):
    """Refuses with the status that a credential asks for. `said` is the answer, or a function of the status."""
    if asked := re.search(r"status-(\d{3})", credential):
        status = int(asked[1])
        raise Refusal(status, said(status) if callable(said) else said)


def post(request, path, pattern, said):
    """The parts of the path, and the JSON of the body."""
    found = re.fullmatch(pattern, path)
    if not found:
        raise Refusal(404, said)
    if request.method != "POST":
        raise Refusal(405, said)
    if not (request.header("content-type") or "").startswith("application/json"):
        raise Refusal(415, said)
    try:
        return found.groups(), json.loads(request.body)
    except ValueError:
        raise Refusal(400, said) from None


def slack(request, path, _):
    (token,), message = post(request, path, r"/services/T\w+/B\w+/([\w-]+)", "invalid_payload")
    refuse_by(token, lambda status: {404: "no_service", 403: "action_prohibited"}.get(status, "rollup_error"))
    if not message.get("text") and not message.get("blocks"):
        raise Refusal(400, "no_text")
    if message.keys() - {"text", "blocks"}:
        raise Refusal(400, "invalid_payload")
    return 200, "ok"


def pagerduty(request, path, _):
    def invalid(*errors):
        return {"status": "invalid event", "message": "Event object is invalid", "errors": errors}

    _, event = post(request, path, "/v2/enqueue", {"error": {"message": "Not Found", "code": 2100}})
    key = event.get("routing_key") or ""
    refuse_by(key, {"status": "error", "message": "the service is at fault"})
    errors = []
    if len(key) != ROUTING_KEY:
        errors.append(f"Length of 'routing_key' is incorrect (should be {ROUTING_KEY} characters)")
    if event.get("event_action") not in ("trigger", "acknowledge", "resolve"):
        errors.append("'event_action' is invalid")
    payload = event.get("payload") or {}
    if event.get("event_action") == "trigger":
        errors += [f"'payload.{name}' is missing or blank" for name in ("summary", "source", "severity")
                   if not payload.get(name)]
        if payload.get("severity") not in ("critical", "error", "warning", "info"):
            errors.append("'payload.severity' is invalid")
    elif not event.get("dedup_key"):
        errors.append("'dedup_key' is missing or blank")
    if errors:
        raise Refusal(400, invalid(*errors))
    return 202, {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}


def alerts(request, path, query):
    prefix = "/jsm/ops/integration" if host(request) == "api.atlassian.com" else ""
    said = {"message": "Request body is not processable", "took": 0.001, "requestId": "r-1"}
    scheme, _, key = (request.header("authorization") or "").partition(" ")
    if scheme != "GenieKey" or not key:
        raise Refusal(401, {**said, "message": "Could not authenticate"})
    refuse_by(key, {**said, "message": "You are not authorized"})
    (closed,), alert = post(request, path, rf"{prefix}/v2/alerts(?:/([^/]+)/close)?", said)
    if closed is None and not 0 < len(alert.get("message", "")) <= 130:
        raise Refusal(422, {**said, "errors": {"message": "may not be empty, or longer than 130 characters"}})
    if closed is not None and query != "identifierType=alias":
        raise Refusal(422, {**said, "message": "Id is not valid"})
    return 202, {**said, "result": "Request will be processed"}


def teams(request, path, _):
    said = {"error": {"code": "WorkflowTriggerIsNotEnabled", "message": "The trigger is not enabled."}}
    _, message = post(request, path, r"/.+", said)
    refuse_by(request.path, said)
    attachments = message.get("attachments") or [{}]
    if message.get("type") != "message" or attachments[0].get("content", {}).get("type") != "AdaptiveCard":
        raise Refusal(400, {"error": {"code": "TriggerInputSchemaMismatch"}})
    return 202, ""
