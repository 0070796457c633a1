//! A job that makes a call of every kind in every part of a job, by a plugin's typed interface, by its imports of any
//! operation and by steps that are operations, and its effects in AWS.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Death, Fate, Moto, Noted, TokenMemory};
use stepwell_xtask::killed;

use crate::support::{Ended, Site, ended, guest, share_components, venv};

const PROJECT: &str = r#"
name = "test"
[grants.effects]
allow = ["*"]
[grants.noop]
allow = ["*"]
[grants."aws"]
allow = ["ec2:RebootInstances", "ec2:CreateFlowLogs", "iam:PassRole"]
"#;

/// The steps that change something: that of each instance, and that of each subnet.
const OWNERS: [[&str; 7]; 2] = [
    ["first", "left", "right", "each[0]", "each[1]", "below.inner", "reboot"],
    ["first", "left", "right", "each[0]", "each[1]", "below.inner", "log"],
];

/// The place of the first subnet among the ids, and the number of instances.
const SUBNETS: usize = OWNERS[0].len();

/// The job's outputs show `unknown` where an operator's decision left a step without outputs.
const JOB: &str = r#"
name = "fleet"

[options.ids]
multiple = true
required = true

[[steps]]
id = "first"
uses = "effects"
with = { instance_id = "${options.ids[0]}", subnet_id = "${options.ids[7]}", reboot = true }
export = { logs = "${outputs.flow_log_ids}" }

[[steps]]
id = "left"
parallel = "sides"
uses = "effects"
with = { instance_id = "${options.ids[1]}", subnet_id = "${options.ids[8]}", reboot = true }

[[steps]]
id = "right"
parallel = "sides"
uses = "effects"
with = { instance_id = "${options.ids[2]}", subnet_id = "${options.ids[9]}", reboot = true }

[[steps]]
id = "each"
for_each = "${[[options.ids[3], options.ids[10]], [options.ids[4], options.ids[11]]]}"
concurrency = 2
uses = "effects"
with = { instance_id = "${item[0]}", subnet_id = "${item[1]}" }

[[steps]]
id = "below"
uses = "job:below"
with = { instance_id = "${options.ids[5]}", subnet_id = "${options.ids[12]}" }

[[steps]]
id = "reboot"
uses = "aws:ec2/RebootInstances"
with = { InstanceIds = ["${options.ids[6]}"] }

[[steps]]
id = "log"
uses = "aws:ec2/CreateFlowLogs"
select = "FlowLogIds"

[steps.with]
ResourceIds = ["${options.ids[13]}"]
ResourceType = "Subnet"
TrafficType = "ALL"
LogGroupName = "operations"
DeliverLogsPermissionArn = "arn:aws:iam::123456789012:role/logs"

[[finally]]
id = "tell"
uses = "noop"
with = { outcome = "${run.outcome}", below = "${steps.below.outputs.state}" }

[outputs]
log = "${steps.log.outputs.result}"
each = "${steps.each.outputs}"
first = "${steps.first.outputs.state | default('unknown')}"
logs = "${exports.logs | default('unknown')}"
"#;

const BELOW: &str = r#"
name = "below"

[options.instance_id]
required = true

[options.subnet_id]
required = true

[[steps]]
id = "inner"
uses = "effects"
with = { instance_id = "${options.instance_id}", subnet_id = "${options.subnet_id}", reboot = true, imported = true }

[outputs]
state = "${steps.inner.outputs.state | default('unknown')}"
"#;

/// moto with the resources of the job, behind a proxy that remembers client tokens.
pub struct Fleet {
    pub memory: TokenMemory,
    /// The operator's decisions about uncertain steps, such as `--retry first`.
    pub decided: BTreeSet<String>,
    aws: AwsClient,
    ids: Vec<String>,
    /// The site whose compiled components all other sites share.
    warm: Site,
    pub moto: Moto,
}

/// The result of a run, without the parts that differ from run to run.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    pub outcome: Json,
    pub outputs: Json,
    /// Status, attempt, outputs and failure of each step.
    pub steps: BTreeMap<String, Json>,
    /// The requested changes, by step. A change that was repeated immediately counts once.
    pub asked: BTreeMap<String, Vec<String>>,
    /// The changes that took effect, by step, without those that may be repeated.
    pub made: BTreeMap<String, Vec<String>>,
    /// Number of flow logs of each subnet.
    pub flow_logs: BTreeMap<String, usize>,
}

impl Fleet {
    pub fn start() -> Self {
        let venv = venv();
        let moto = Moto::start(&venv, Duration::ZERO).expect("moto starts");
        let memory = TokenMemory::before(&venv, moto.endpoint()).expect("the memory starts");
        let mut aws = moto.client().expect("boto3 starts");
        let mut ids = aws.run_instances(SUBNETS.try_into().expect("it is small")).expect("they launch");
        let made = aws.call("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"})).expect("a VPC");
        for number in 0..SUBNETS {
            let params = json!({"VpcId": made["Vpc"]["VpcId"], "CidrBlock": format!("10.0.{number}.0/24")});
            let made = aws.call("ec2", "CreateSubnet", params).expect("a subnet");
            ids.push(made["Subnet"]["SubnetId"].as_str().expect("an id").to_owned());
        }
        let warm = site(memory.endpoint());
        Self { memory, decided: BTreeSet::new(), aws, ids, warm, moto }
    }

    /// A new `STEPWELL_HOME` with compiled components, and an AWS without traces of earlier runs.
    pub fn site(&mut self) -> Site {
        let logs = self.flow_logs();
        if !logs.is_empty() {
            let ids: Vec<_> = logs.keys().collect();
            self.aws.call("ec2", "DeleteFlowLogs", json!({"FlowLogIds": ids})).expect("they are deleted");
        }
        self.memory.forget().expect("it forgets");
        let site = site(self.memory.endpoint());
        if self.warm.home().join("cache").exists() {
            share_cache(&self.warm, &site);
        }
        site
    }

    /// Like [`Fleet::site`], with a job that restarts one instance in its step `restart`. [`Fleet::REBOOT`] is the
    /// number of the request that must happen once.
    pub fn restart(&mut self, job: &str, step: &str) -> Site {
        let instance = self.id(0).to_owned();
        self.restart_with(&format!("instance_id = \"{instance}\""), job, step)
    }

    /// Like [`Fleet::restart`], with this in the configuration of the step.
    pub fn restart_with(&mut self, with: &str, job: &str, step: &str) -> Site {
        let with = format!("{{ {with}, subnet_id = \"{}\", reboot = true }}", self.id(SUBNETS));
        let step = format!("[[steps]]\nid = \"restart\"\nuses = \"effects\"\nwith = {with}\n{step}\n");
        let tell = "[[steps]]\nid = \"tell\"\nuses = \"noop\"\nwith = { now = \"${steps.restart.status}\" }\n";
        self.site().file("job.toml", format!("name = \"web\"\n{job}\n{step}{tell}"))
    }

    /// An id: those of the instances first, then those of the subnets.
    pub fn id(&self, at: usize) -> &str {
        &self.ids[at]
    }

    pub const REBOOT: usize = 4;

    /// A text without the ids that differ from run to run.
    pub fn same(&self, text: &str, run: &str) -> String {
        let text = text.replace(run, "RUN");
        self.ids.iter().zip(0..).fold(text, |text, (id, at)| text.replace(id, &format!("ID{at}")))
    }

    /// How often a change took effect.
    pub fn count(&self, operation: &str) -> usize {
        let seen = self.memory.seen().expect("it answers");
        seen.iter().filter(|noted| noted.operation == operation && noted.fate == Fate::Done).count()
    }

    /// `stepwell run`.
    pub fn command(&self, site: &Site) -> Command {
        site.command(&["run", "job.toml", "--output", "json", "--option", &format!("ids={}", self.ids.join(","))])
    }

    /// The result of a run that is not killed. Must be called first, because it compiles the components.
    pub fn undisturbed(&mut self) -> End {
        let site = self.site();
        let end = self.run(&site);
        share_cache(&site, &self.warm);
        end
    }

    /// Runs the job to its end.
    pub fn run(&mut self, site: &Site) -> End {
        let ended = ended(self.command(site).output().expect("it starts"));
        assert_eq!(ended.code, 0, "{ended:?}");
        let id = ended.json_lines()[0]["run"].as_str().expect("it says which").to_owned();
        self.end(&show(site, &id))
    }

    /// Starts the command and kills it at a request. Returns `false` if it made fewer requests.
    pub fn kill_at(&self, number: usize, death: Death, mut command: Command) -> bool {
        self.memory.kill_at(number, death).expect("it is told");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        self.memory.aim(&child).expect("it is told");
        let killed = is_killed(&mut child);
        self.memory.settle().expect("it settles");
        self.memory.disarm().expect("it is told");
        killed
    }

    /// Kills the command right before or right after a disk write. Also returns what it printed until then.
    pub fn kill_at_change(&self, number: usize, is_after: bool, command: &Command) -> (bool, Vec<Json>) {
        let kill = if is_after { killed::after } else { killed::before };
        let ended = kill(number, &venv(), command, b"").expect("it is traced");
        assert!(ended.was_killed || ended.status == 0, "{ended:?}");
        self.memory.settle().expect("it settles");
        let whole = ended.stdout.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let lines = whole.lines().map(|line| serde_json::from_str(line).expect("it is JSON"));
        (ended.was_killed, lines.collect())
    }

    /// Resumes the run of a killed process, as an operator would, until it ends. `None` if there is no run.
    pub fn go_on(&mut self, site: &Site) -> Option<End> {
        let id = the_run(site)?;
        for _ in 0..10 {
            let shown = show(site, &id);
            if shown["state"] == "ended" {
                return Some(self.end(&shown));
            }
            let mut ended = ended(self.resume(site, &shown).output().expect("it starts"));
            if ended.code == 2 && ended.stderr.contains("has a decision already") {
                // The killed process has left it.
                ended = site.stepwell(&["runs", "resume", &id]);
            }
            assert!(matches!(ended.code, 0 | 5), "{ended:?}");
        }
        panic!("it comes to no end: {}", show(site, &id))
    }

    /// Like [`Fleet::go_on`], but kills every process at a request. Returns the number of kills.
    pub fn go_on_killed_at(&mut self, number: usize, death: Death, site: &Site) -> usize {
        let id = the_run(site).expect("there is a run");
        let mut kills = 0;
        for _ in 0..40 {
            let shown = show(site, &id);
            if shown["state"] == "ended" {
                return kills;
            }
            let resume = self.resume(site, &shown);
            let was_killed = self.kill_at(number, death, resume);
            kills += usize::from(was_killed);
            // The decision that a killed process has left is refused a second time.
            if !was_killed && show(site, &id)["state"] != "ended" {
                let plain = site.command(&["runs", "resume", &id]);
                kills += usize::from(self.kill_at(number, death, plain));
            }
        }
        panic!("it comes to no end: {}", show(site, &id))
    }

    /// `runs resume` with the decisions of an operator who checks in AWS whether the calls took effect.
    pub fn resume(&mut self, site: &Site, shown: &Json) -> Command {
        let decisions = self.decide(shown);
        let arguments = decisions.iter().flat_map(|decision| decision.split(' '));
        let id = shown["run"].as_str().expect("an id");
        let resume = site.command(&["runs", "resume", id].into_iter().chain(arguments).collect::<Vec<_>>());
        self.decided.extend(decisions);
        resume
    }

    fn decide(&self, shown: &Json) -> Vec<String> {
        let made = self.made(&self.memory.seen().expect("it answers"));
        let uncertain = shown["paused"]["steps"].as_array().into_iter().flatten().filter_map(Json::as_str);
        let decide = |step| match made.get(step) {
            Some(made) if made.contains(&"RebootInstances".to_owned()) => format!("--skip {step}"),
            _ => format!("--retry {step}"),
        };
        uncertain.map(decide).collect()
    }

    /// The flow logs by id, each with the step that its subnet belongs to.
    fn flow_logs(&mut self) -> BTreeMap<String, String> {
        let answer = self.aws.call("ec2", "DescribeFlowLogs", json!({})).expect("it answers");
        let logs = answer["FlowLogs"].as_array().expect("a list").iter();
        let text = |log: &Json, name: &str| log[name].as_str().expect("a text").to_owned();
        logs.map(|log| (text(log, "FlowLogId"), self.step_of(&text(log, "ResourceId")))).collect()
    }

    fn step_of(&self, id: &str) -> String {
        let at = self.ids.iter().position(|known| known == id).expect("it is one of ours");
        OWNERS.as_flattened()[at].to_owned()
    }

    fn end(&mut self, shown: &Json) -> End {
        let logs = self.flow_logs();
        let mut text = shown.to_string();
        for (id, step) in &logs {
            text = text.replace(id, &format!("flow log of {step}"));
        }
        for (id, at) in self.ids.iter().zip(0..) {
            text = text.replace(id, &format!("id {at}"));
        }
        let shown: Json = serde_json::from_str(&text).expect("still JSON");
        let steps = shown["steps"].as_array().expect("a list").iter();
        let what = |step: &Json| ["status", "attempt", "outputs", "failure"].map(|name| step[name].clone());
        let steps = steps.map(|step| (step["id"].as_str().expect("an id").to_owned(), json!(what(step))));
        let seen = self.memory.seen().expect("it answers");
        let mut flow_logs = BTreeMap::new();
        logs.into_values().for_each(|step| *flow_logs.entry(step).or_default() += 1);
        End {
            outcome: shown["outcome"].clone(),
            outputs: shown["outputs"].clone(),
            steps: steps.collect(),
            asked: self.asked(&seen),
            made: self.made(&seen),
            flow_logs,
        }
    }

    fn by_step<'a>(&self, seen: impl Iterator<Item = &'a Noted>) -> BTreeMap<String, Vec<String>> {
        let mut by_step = BTreeMap::<String, Vec<String>>::new();
        for noted in seen.filter(|noted| noted.is_change()) {
            let id = noted.parameters.get("InstanceId.1").or(noted.parameters.get("ResourceId.1")).expect("an id");
            by_step.entry(self.step_of(id)).or_default().push(noted.operation.clone());
        }
        by_step
    }

    fn asked(&self, seen: &[Noted]) -> BTreeMap<String, Vec<String>> {
        let refused: Vec<_> = seen.iter().filter(|noted| matches!(noted.fate, Fate::Refused | Fate::Pending)).collect();
        assert!(refused.is_empty(), "{refused:?}");
        let mut asked = self.by_step(seen.iter());
        asked.values_mut().for_each(Vec::dedup);
        asked
    }

    fn made(&self, seen: &[Noted]) -> BTreeMap<String, Vec<String>> {
        // Starting a running instance changes nothing.
        let is_made = |noted: &&Noted| noted.fate == Fate::Done && noted.operation != "StartInstances";
        self.by_step(seen.iter().filter(is_made))
    }
}

impl End {
    /// The expected result if an operator skipped the same steps as in `found`.
    pub fn with_skipped(&self, found: &Self) -> Self {
        let mut expected = self.clone();
        for (id, step) in &found.steps {
            if step[0] != "skipped" {
                continue;
            }
            expected.steps.insert(id.clone(), json!(["skipped", 1, null, null]));
            match id.as_str() {
                "first" => {
                    expected.outputs["first"] = "unknown".into();
                    expected.outputs["logs"] = "unknown".into();
                }
                "below.inner" => {
                    expected.steps.insert("below".to_owned(), json!(["succeeded", 1, {"state": "unknown"}, null]));
                    let tell = json!(["succeeded", 1, {"outcome": "succeeded", "below": "unknown"}, null]);
                    expected.steps.insert("tell".to_owned(), tell);
                }
                _ => {}
            }
        }
        expected
    }
}

fn site(endpoint: &str) -> Site {
    let site = Site::new(endpoint).file("project.toml", PROJECT).file("job.toml", JOB).file("below.toml", BELOW);
    site.plugin("effects", &guest("effects")).plugin("noop", &guest("noop"))
}

/// Gives the compiled components of one `STEPWELL_HOME` to another.
pub fn share_cache(from: &Site, to: &Site) {
    share_components(&from.home().join("cache/components"), to.home());
}

/// The only run of a `STEPWELL_HOME`.
pub fn the_run(site: &Site) -> Option<String> {
    let runs = said(site, &["runs", "list", "--output", "json"]).json_lines();
    assert!(runs.len() <= 1, "{runs:?}");
    runs.first().map(|run| run["run"].as_str().expect("an id").to_owned())
}

pub fn show(site: &Site, id: &str) -> Json {
    said(site, &["runs", "show", id, "--output", "json"]).json_lines().remove(0)
}

fn said(site: &Site, arguments: &[&str]) -> Ended {
    let ended = site.stepwell(arguments);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended:?}");
    ended
}

fn is_killed(child: &mut Child) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    let status = child.wait().expect("it ends");
    assert!(status.signal() == Some(9) || matches!(status.code(), Some(0 | 2 | 5)), "{status}");
    status.signal().is_some()
}
