"""Replays Run Command of Systems Manager as AWS's API reference describes it.

    canned_ssm.py --port 5800

This is not an emulator: it runs nothing. A test against it shows that our requests have the documented form, and how
our steps handle the documented responses. The emulators report Success at once and return no output.

Settings (POST /_test/settings): command, the state of the command for each request in turn, the last one for ever,
each as [Status, StatusDetails]; nodes, by id, each with states (likewise) and parts, the results of each part of the
document: [name, exit code, standard output, standard error]; unseen, how many requests do not find the command;
unmanaged, whether AWS knows none of the nodes that a command names.
"""

import json

from loopback import Conversation, document, serve

COMMAND = "11111111-2222-3333-4444-555555555555"
OVER = ("Success", "Failed", "TimedOut", "Cancelled")


def refusal(code, message):
    return 400, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}).encode(), {}


class RunCommand(Conversation):
    settings = {"command": [["Success", "Success"]], "nodes": {}, "unseen": 0, "unmanaged": False}
    looks = 0
    is_cancelled = False

    def answer(self):
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        self.record.update({"operation": operation, "parameters": json.loads(self.body or "{}")})
        call = {
            "CancelCommand": self.cancel,
            "GetCommandInvocation": self.invocation,
            "ListCommandInvocations": self.invocations,
            "ListCommands": self.commands,
            "SendCommand": self.start,
        }.get(operation)
        return call(self.record["parameters"]) if call else refusal("UnknownOperationException", operation)

    def start(self, parameters):
        if self.settings["unmanaged"]:
            named = ", ".join(parameters["InstanceIds"])
            return refusal("InvalidInstanceId", f"Instances [[{named}]] not in a valid state for account 123456789012")
        RunCommand.looks, RunCommand.is_cancelled = 0, False
        return document(200, {"Command": self.describe(["Pending", "Pending"])})

    def now(self, states):
        """The current one of a list of states. The first request gets the first state."""
        return states[min(max(self.looks - 1 - self.settings["unseen"], 0), len(states) - 1)]

    def state(self, states):
        found = self.now(states)
        return ["Cancelled", "Cancelled"] if self.is_cancelled and found[0] not in OVER else found

    def describe(self, state):
        nodes = self.settings["nodes"].values()
        over = [node for node in nodes if self.looks and self.state(node["states"])[0] in OVER]
        return {
            "CommandId": COMMAND, "Status": state[0], "StatusDetails": state[1],
            "TargetCount": len(nodes) if self.looks else 0, "CompletedCount": len(over), "ErrorCount": 0,
        }

    def commands(self, parameters):
        if parameters["CommandId"] != COMMAND:
            return refusal("InvalidCommandId", "")
        RunCommand.looks += 1
        seen = self.looks > self.settings["unseen"]
        return document(200, {"Commands": [self.describe(self.state(self.settings["command"]))] if seen else []})

    def invocations(self, parameters):
        """A page of two nodes."""
        every = sorted(self.settings["nodes"].items())
        first = int(parameters.get("NextToken", 0))
        more = {"NextToken": str(first + 2)} if first + 2 < len(every) else {}
        return document(200, {"CommandInvocations": [self.node(*each) for each in every[first:first + 2]], **more})

    def node(self, name, node):
        state = self.state(node["states"])
        run = state[0] in OVER and state[1] in ("Success", "Failed")
        parts = [
            {"Name": part[0], "Status": state[0], "ResponseCode": part[1] if run else -1, "Output": part[2][:2500]}
            for part in node["parts"]
        ]
        return {"InstanceId": name, "InstanceName": "", "Status": state[0], "StatusDetails": state[1],
                "CommandPlugins": parts}

    def invocation(self, parameters):
        node = self.settings["nodes"][parameters["InstanceId"]]
        asked = parameters.get("PluginName")
        if asked is None and len(node["parts"]) > 1:
            return refusal("InvalidPluginName", "")
        found = [part for part in node["parts"] if asked in (None, part[0])]
        if not found:
            return refusal("InvocationDoesNotExist", "")
        name, code, output, error = found[0]
        status, details = self.state(node["states"])
        return document(200, {
            "CommandId": COMMAND, "InstanceId": parameters["InstanceId"], "PluginName": name, "Status": status,
            "StatusDetails": details, "ResponseCode": code, "StandardOutputContent": output,
            "StandardErrorContent": error,
        })

    def cancel(self, parameters):
        if parameters["CommandId"] != COMMAND:
            return refusal("InvalidCommandId", "")
        RunCommand.is_cancelled = True
        return document(200, {})


serve(RunCommand)
