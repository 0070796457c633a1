"""Replays queries of CloudWatch Logs as AWS's API reference describes them.

    canned_logs.py --port 5800

This is not an emulator: it searches no log. A test against it shows that our requests have the documented form, and how
our steps handle the documented responses. Emulators have no saved queries, and complete every query at once.

Settings (POST /_test/settings): definitions, pages of saved queries; statuses, the status of a query for each request
in turn, the last one for ever; results, pages of rows as AWS returns them; statistics.
"""

import json

from loopback import Conversation, document, serve

QUERY = "11111111-2222-3333-4444-555555555555"


def refusal(code, message):
    return 400, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}).encode(), {}


def page(pages, token):
    """One of several pages, with the token of the next one."""
    number = int(token or 0)
    more = {"nextToken": str(number + 1)} if number + 1 < len(pages) else {}
    return pages[number] if pages else [], more


class Logs(Conversation):
    settings = {"definitions": [], "statuses": ["Complete"], "results": [], "statistics": None}
    looks = 0
    is_stopped = False

    def answer(self):
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        self.record.update({"operation": operation, "parameters": json.loads(self.body or "{}")})
        call = {
            "DescribeQueryDefinitions": self.describe,
            "GetQueryResults": self.results,
            "StartQuery": self.start,
            "StopQuery": self.stop,
        }.get(operation)
        return call(self.record["parameters"]) if call else refusal("UnknownOperationException", operation)

    def describe(self, parameters):
        prefix = parameters.get("queryDefinitionNamePrefix", "")
        definitions, more = page(self.settings["definitions"], parameters.get("nextToken"))
        named = [each for each in definitions if each["name"].startswith(prefix)]
        return document(200, {"queryDefinitions": named, **more})

    def start(self, _):
        Logs.looks, Logs.is_stopped = 0, False
        return document(200, {"queryId": QUERY})

    def status(self):
        statuses = self.settings["statuses"]
        return "Cancelled" if self.is_stopped else statuses[min(self.looks, len(statuses) - 1)]

    def results(self, parameters):
        if parameters["queryId"] != QUERY:
            return refusal("ResourceNotFoundException", "There is no such query.")
        status = self.status()
        Logs.looks += 1
        if status != "Complete":
            return document(200, {"status": status, "results": []})
        rows, more = page(self.settings["results"], parameters.get("nextToken"))
        statistics = self.settings["statistics"]
        return document(200, {
            "status": status, "results": rows, **({"statistics": statistics} if statistics else {}), **more,
        })

    def stop(self, _):
        if self.status() not in ("Scheduled", "Running"):
            return refusal("InvalidParameterException", "Query has already ended.")
        Logs.is_stopped = True
        return document(200, {"success": True})


serve(Logs)
