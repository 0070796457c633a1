//! The actions of Automation, and advice on those, and on keys, that have no counterpart in a job file.

use stepwell_model::error::nearest;

/// All actions of Systems Manager Automation.
const ACTIONS: &[&str] = &[
    "aws:approve",
    "aws:assertAwsResourceProperty",
    "aws:branch",
    "aws:changeInstanceState",
    "aws:copyImage",
    "aws:createImage",
    "aws:createStack",
    "aws:createTags",
    "aws:deleteImage",
    "aws:deleteStack",
    "aws:executeAutomation",
    "aws:executeAwsApi",
    "aws:executeScript",
    "aws:executeStateMachine",
    "aws:invokeLambdaFunction",
    "aws:invokeWebhook",
    "aws:loop",
    "aws:pause",
    "aws:runCommand",
    "aws:runInstances",
    "aws:sleep",
    "aws:updateVariable",
    "aws:waitForAwsResourceProperty",
];

/// Outputs that actions without a counterpart have without being told.
static OUTPUTS: &[(&str, &[&str])] = &[
    ("aws:approve", &["ApprovalStatus", "ApproverDecisions"]),
    ("aws:copyImage", &["ImageId", "ImageState"]),
    ("aws:createImage", &["ImageId", "ImageState"]),
    ("aws:executeAutomation", &["ExecutionId", "Output", "Status"]),
    ("aws:executeScript", &["OutputPayload"]),
    ("aws:executeStateMachine", &["executionArn"]),
    ("aws:invokeLambdaFunction", &["FunctionError", "LogResult", "Payload", "StatusCode"]),
    ("aws:runInstances", &["InstanceIds", "InstanceStates"]),
];

/// The outputs that an action has without being told, and whether each is a list.
pub fn outputs_of(action: &str) -> impl Iterator<Item = (&'static str, bool)> {
    let found = OUTPUTS.iter().find(|(known, _)| *known == action).map_or([].as_slice(), |(_, outputs)| outputs);
    found.iter().map(|output| (*output, output.ends_with("Ids") || output.ends_with("States")))
}

/// Actions without a counterpart, and what to do about each.
static WITHOUT: &[(&str, &str)] = &[
    (
        "aws:approve",
        "end the job before this step and start a second one after the approval, or ask in the system that starts it",
    ),
    ("aws:pause", "end the job before this step, and start a second one for what comes after it"),
    ("aws:sleep", "nothing to do if the next step waits by itself; otherwise give a step that reads the state `until`"),
    ("aws:executeScript", "write a plugin that does what the script did, and use it here"),
    ("aws:executeAutomation", "import that document too, put it beside this job, and write uses = \"job:NAME\""),
    ("aws:executeStateMachine", "write uses = \"aws:stepfunctions/StartExecution\", and a step that reads its status"),
    ("aws:invokeWebhook", "write a plugin that calls the webhook, or let the caller of the job do it"),
    (
        "aws:invokeLambdaFunction",
        "write uses = \"lambda-invoke\"; its `payload` is a value, and no text with JSON in it",
    ),
    (
        "aws:loop",
        "give the step a `for_each`; for several steps, write them as a job of their own, and use that with `for_each`",
    ),
    ("aws:updateVariable", "read the value where it is needed: an expression can compute it from outputs"),
    (
        "aws:runInstances",
        "write uses = \"aws:ec2/RunInstances\" and a step `aws:ec2/DescribeInstances` with wait = \"InstanceRunning\"",
    ),
    (
        "aws:createImage",
        "write uses = \"aws:ec2/CreateImage\" and a step `aws:ec2/DescribeImages` with wait = \"ImageAvailable\"",
    ),
    (
        "aws:copyImage",
        "write uses = \"aws:ec2/CopyImage\" and a step `aws:ec2/DescribeImages` with wait = \"ImageAvailable\"",
    ),
    ("aws:deleteImage", "write steps `aws:ec2/DeregisterImage`, and `aws:ec2/DeleteSnapshot` for its snapshots"),
];

/// Advice on an action without a counterpart.
pub fn advice_on_action(action: &str) -> String {
    const ELSE: &str = "use a plugin that does the same (`stepwell plugin list`)";
    if let Some((_, next)) = WITHOUT.iter().find(|(known, _)| *known == action) {
        return (*next).to_owned();
    }
    match nearest(action, ACTIONS.iter().copied()).filter(|_| !is_known(action)) {
        Some(meant) => format!("write `{meant}` in the document if that is meant, and import it again"),
        None => ELSE.to_owned(),
    }
}

/// Whether Systems Manager has the action.
pub fn is_known(action: &str) -> bool {
    ACTIONS.contains(&action)
}

/// Keys without a counterpart, and what to do about each.
static KEYS: &[(&[&str], &str)] = &[
    (&["description"], "nothing to do: a branch becomes `when` of other steps, which has no description"),
    (&["onCancel"], "write a step under [[finally]] with when = \"${run.outcome == 'cancelled'}\""),
    (&["variables"], "read the values where they are needed: an expression can compute them from outputs"),
    (&["files"], "lend a directory to the job (`[directories]`), or put the files into S3"),
    (&["minItems", "maxItems", "minChars", "maxChars"], "write a `pattern` if the service does not check it itself"),
    (&["displayType"], "nothing to do: it changes only the form in the console"),
    (&["isCritical"], "check which failures the job has to survive: see `on_error` and `keep_going`"),
    (&["maxAttempts"], "write `retry` on the step"),
    (&["timeoutSeconds"], "write `timeout` on the step"),
    (&["outputs"], "read the outputs of the plugin that takes its place"),
    (&["isEnd", "nextStep", "onFailure"], "write `when` on the steps that depend on it"),
    (&["CloudWatchOutputConfig"], "nothing to do: the outputs of the step and its log have the output"),
    (&["PreventDocumentHashDuplicates", "DocumentHash", "DocumentHashType"], "pin the version with document_version"),
    (&["assumeRole"], "write [[aws.credentials.assume_role]] with a role_arn in the job, or in project.toml"),
];

/// Advice on a key without a counterpart.
pub fn advice_on_key(key: &str) -> &'static str {
    KEYS.iter().find(|(keys, _)| keys.contains(&key)).map_or("check whether the job needs it", |(_, next)| next)
}
