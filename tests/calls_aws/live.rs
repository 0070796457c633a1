//! The host reads from every service that an emulator has, and gets what boto3 gets.
//!
//! The emulator's own routes say which services it has, and the models which of their operations read. boto3 makes these
//! calls first. Those that it got an answer to, and one that was refused, become the steps of one job: the outputs of a
//! step are the answer that boto3 got, or its failure has the code that boto3 got.

mod compare;
mod known;
mod plan;
mod told;

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, EmulatorError, Identities, Keys, Ministack, Moto, REGION};

use super::{ANYTHING, tables};
use crate::support::identity::user;
use crate::support::{Site, ended, report, venv};
use known::{Known, MINISTACK, MOTO};
use plan::{Needs, Read};
use told::Told;

/// Answers of a service that are compared, by what the requests are made of. One refusal comes on top.
fn wanted(needs: Needs) -> usize {
    match needs {
        Needs::Nothing => 3,
        Needs::Choices | Needs::Inventions => 1,
        Needs::Names => 2,
    }
}

/// Requests with inventions that boto3 tries in a service, after which it needs no refusal, or no answer, any more.
const INVENTIONS: [usize; 2] = [4, 20];

/// Calls of one kind without an answer, after which boto3 tries no other.
const REJECTIONS: usize = 20;

/// The region in which moto has all of its services.
const MOTOS_REGION: &str = "us-east-1";

/// A call, and what boto3 got.
struct Call {
    read: Read,
    request: Json,
    expected: Outcome,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Answered(Json),
    /// With AWS's code.
    Refused(String),
    /// Without a code of AWS.
    Failed(String),
}

/// The calls of both clients.
#[derive(Default)]
struct Counts {
    services: usize,
    answers: usize,
    news: usize,
    empty: usize,
    refusals: usize,
    known: BTreeSet<String>,
    differences: Vec<String>,
}

/// Makes calls with boto3, and keeps those that the host makes, too.
fn choose(aws: &mut AwsClient, told: &mut Told, reads: Vec<Read>) -> Vec<Call> {
    let mut chosen = Vec::new();
    let mut reads = reads.into_iter().peekable();
    while let Some(first) = reads.peek() {
        let service = first.service.name.clone();
        let mut left = Vec::new();
        while let Some(read) = reads.next_if(|read| read.service.name == service) {
            left.push(read);
        }
        chosen.append(&mut choose_of_service(aws, told, left));
    }
    chosen
}

fn choose_of_service(aws: &mut AwsClient, told: &mut Told, mut left: Vec<Read>) -> Vec<Call> {
    let (mut answered, mut refused) = (Vec::new(), None);
    for needs in [Needs::Nothing, Needs::Choices, Needs::Names, Needs::Inventions] {
        // The fewer members a request has, the more likely it is answered. A list of nothing is an answer, too.
        left.sort_by_key(|read| match needs {
            Needs::Inventions => usize::from(!read.operation.name.starts_with("List")),
            _ => read.required(),
        });
        let enough = answered.len() + wanted(needs);
        let (mut tried, mut later) = (0, Vec::new());
        for read in left {
            let Some((its, request)) = read.request(told) else { continue };
            // What was learned since may have made it better.
            if its > needs {
                later.push(read);
                continue;
            }
            tried += 1;
            let is_enough = match needs {
                Needs::Inventions => {
                    (refused.is_some() || tried > INVENTIONS[0]) && (!answered.is_empty() || tried > INVENTIONS[1])
                }
                _ => answered.len() == enough || tried > REJECTIONS + answered.len(),
            };
            if is_enough {
                continue;
            }
            let expected = call(aws, &read, &request);
            let call = Call { read, request, expected };
            match &call.expected {
                Outcome::Answered(answer) => {
                    told.learn(&call.read.service.name, answer);
                    answered.push(call);
                }
                Outcome::Refused(_) if refused.is_none() => refused = Some(call),
                Outcome::Refused(_) | Outcome::Failed(_) => {}
            }
        }
        left = later;
    }
    answered.into_iter().chain(refused).collect()
}

/// A call of boto3.
fn call(aws: &mut AwsClient, read: &Read, request: &Json) -> Outcome {
    match aws.call(&read.service.name, &read.operation.name, request.clone()) {
        Ok(answer) => Outcome::Answered(compare::of_boto3(read, answer)),
        // boto3 takes the status for the code when there is none.
        Err(EmulatorError::Refused { code, status: Some(status), .. }) if code != status.to_string() => {
            Outcome::Refused(code)
        }
        Err(error) => Outcome::Failed(format!("{error:?}")),
    }
}

/// Makes the calls with one process of the binary.
fn run(site: Site, region: &str, calls: &[Call]) -> Vec<Outcome> {
    let step = |(at, Call { read, request, .. }): (usize, &Call)| {
        let uses = format!("aws:{}", read.name());
        json!({ "id": format!("s{at}"), "uses": uses, "with": request, "allow_unlisted": true, "needs": [] })
    };
    let steps: Vec<_> = calls.iter().enumerate().map(step).collect();
    let job = toml::to_string(&json!({ "name": "live", "keep_going": true, "steps": steps })).expect("TOML has it");
    let limits = "[limits]\noutputs = \"8MiB\"\n";
    let site = site.file("project.toml", ANYTHING).file("job.toml", job).home_file("stepwell.toml", limits);
    let mut command = site.command(&["run", "job.toml", "--output", "json"]);
    // boto3 makes one attempt, too.
    command.env("AWS_REGION", region).env("AWS_MAX_ATTEMPTS", "1");
    let lines = ended(command.output().expect("stepwell starts")).json_lines();
    report(&lines)["steps"].as_array().expect("a list").iter().map(outcome).collect()
}

fn outcome(step: &Json) -> Outcome {
    if step["status"] == "succeeded" {
        return Outcome::Answered(step["outputs"].clone());
    }
    let because = step["failure"]["because"].as_str().unwrap_or_default();
    let code = because.strip_suffix('`').and_then(|because| Some(because.rsplit_once("` with `")?.1));
    code.map_or_else(|| Outcome::Failed(step["failure"].to_string()), |code| Outcome::Refused(code.to_owned()))
}

impl Counts {
    /// Compares what the host got with what boto3 got. `aws` repeats a call when they differ: what the emulator makes anew
    /// for every answer is no difference.
    fn compare(&mut self, aws: &mut AwsClient, call: &Call, own: Outcome, known: &Known) {
        let (own, expected) = match (own, &call.expected) {
            (Outcome::Answered(own), Outcome::Answered(expected)) => {
                (compare::of_host(&call.read, own, expected), expected)
            }
            (own, expected) if own == *expected => return self.refusals += 1,
            (own, expected) => return self.differ(call, known, &format!("{own:?}, and boto3 {expected:?}")),
        };
        if own == *expected {
            self.answers += 1;
            self.empty += usize::from(is_empty(&own));
            return;
        }
        if let Outcome::Answered(again) = self::call(aws, &call.read, &call.request)
            && (own == again || compare::without_news(&own, expected, &again) == *expected)
        {
            self.news += 1;
            return;
        }
        self.differ(call, known, &format!("{own}, and boto3 {expected}"));
    }

    fn differ(&mut self, call: &Call, known: &Known, how: &str) {
        let name = call.read.name();
        if names(known.different).contains(&name) {
            self.known.insert(name);
        } else {
            self.differences.push(format!("{name} {}: the host got {how}", call.request).chars().take(2_000).collect());
        }
    }
}

/// Whether an answer has nothing but empty lists.
fn is_empty(answer: &Json) -> bool {
    let is_empty = |value: &Json| value.as_array().is_some_and(Vec::is_empty);
    answer.as_object().is_some_and(|fields| fields.values().all(is_empty))
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>5} services", self.services)?;
        writeln!(f, "{:>5} equal answers, {} of them empty", self.answers, self.empty)?;
        writeln!(f, "{:>5} equal but for what the emulator makes anew", self.news)?;
        writeln!(f, "{:>5} equal refusals", self.refusals)?;
        writeln!(f, "{:>5} differ as known", self.known.len())?;
        write!(f, "{:>5} differ", self.differences.len())
    }
}

/// Compares the host with boto3 in all services of an emulator.
fn prove(emulator: &str, region: &str, aws: &mut AwsClient, site: Site, seeds: Vec<Seed>, known: &Known) {
    let identity = aws.call("sts", "GetCallerIdentity", json!({})).expect("it answers");
    let mut told = Told::of_account(identity["Account"].as_str().expect("it is a text"));
    seed(aws, &mut told, seeds);
    let served = plan::served(emulator, plan::reads());
    let mut unanswered: BTreeSet<_> = served.reads.iter().map(|read| read.service.name.clone()).collect();
    let mut counts = Counts { services: unanswered.len(), ..Counts::default() };
    let calls = choose(aws, &mut told, served.reads);
    let outcomes = run(site, region, &calls);
    assert_eq!(outcomes.len(), calls.len(), "every call is a step");
    for (call, own) in calls.iter().zip(outcomes) {
        if matches!(own, Outcome::Answered(_)) {
            unanswered.remove(&call.read.service.name);
        }
        counts.compare(aws, call, own, known);
    }
    println!("{emulator}\n{counts}\n{:>5} services without an answer", unanswered.len());
    assert!(counts.differences.is_empty(), "{}", counts.differences.join("\n\n"));
    assert_eq!(counts.known, names(known.different), "operations with different answers");
    assert_eq!(served.unreached, names(known.unreached), "implementations that no read reaches");
    assert_eq!(unanswered, names(known.unanswered), "services of which no call has an answer");
}

fn names(known: &[(&str, &[&str])]) -> BTreeSet<String> {
    known.iter().flat_map(|(_, names)| *names).map(|name| (*name).to_owned()).collect()
}

/// A call that makes a resource.
type Seed = (&'static str, &'static str, Json);

/// Makes some resources, so that not all lists are empty, and learns their names.
fn seed(aws: &mut AwsClient, told: &mut Told, more: Vec<Seed>) {
    tables(aws, &["orders"]);
    aws.run_instances(1).expect("it launches");
    let trust = json!({ "Version": "2012-10-17", "Statement": [] }).to_string();
    let place = json!({ "LocationConstraint": REGION });
    let both = [
        ("appconfig", "CreateApplication", json!({ "Name": "orders" })),
        ("ecr", "CreateRepository", json!({ "repositoryName": "orders" })),
        ("ecs", "CreateCluster", json!({ "clusterName": "orders" })),
        ("efs", "CreateFileSystem", json!({ "CreationToken": "orders" })),
        ("events", "PutRule", json!({ "Name": "orders", "ScheduleExpression": "rate(1 hour)" })),
        ("iam", "CreateRole", json!({ "RoleName": "orders", "AssumeRolePolicyDocument": trust })),
        ("iot", "CreateThing", json!({ "thingName": "orders" })),
        ("kinesis", "CreateStream", json!({ "StreamName": "orders", "ShardCount": 1 })),
        ("kms", "CreateKey", json!({})),
        ("logs", "CreateLogGroup", json!({ "logGroupName": "/orders" })),
        ("route53", "CreateHostedZone", json!({ "Name": "orders.example", "CallerReference": "1" })),
        ("s3", "CreateBucket", json!({ "Bucket": "orders", "CreateBucketConfiguration": place })),
        ("secretsmanager", "CreateSecret", json!({ "Name": "orders", "SecretString": "not-a-secret" })),
        ("sns", "CreateTopic", json!({ "Name": "orders" })),
        ("sqs", "CreateQueue", json!({ "QueueName": "orders" })),
        ("ssm", "PutParameter", json!({ "Name": "/orders", "Value": "1", "Type": "String" })),
    ];
    for (service, operation, request) in both.into_iter().chain(more) {
        told.learn(service, &request);
        let made = aws.call(service, operation, request).expect("it is made");
        told.learn(service, &made);
    }
}

#[test]
fn every_service_of_moto_answers_the_host_as_it_answers_boto3() {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let mut aws = AwsClient::start_in(&venv(), moto.endpoint(), &Keys::root(), MOTOS_REGION).expect("boto3 starts");
    let contact = json!({
        "AlternateContactType": "BILLING", "EmailAddress": "a@example.com", "Name": "a", "PhoneNumber": "1", "Title": "a",
    });
    let document = json!({ "S3Object": { "Bucket": "orders", "Name": "scan" } });
    let category = json!({
        "Name": "orders", "RuleVersion": "CostCategoryExpression.v1",
        "Rules": [{ "Value": "a", "Rule": { "Dimensions": { "Key": "LINKED_ACCOUNT", "Values": ["123456789012"] } } }],
    });
    let seeds = vec![
        ("account", "PutAlternateContact", contact),
        ("ce", "CreateCostCategoryDefinition", category),
        ("codecommit", "CreateRepository", json!({ "repositoryName": "orders" })),
        ("ebs", "StartSnapshot", json!({ "VolumeSize": 1 })),
        ("service-quotas", "ListAWSDefaultServiceQuotas", json!({ "ServiceCode": "vpc" })),
        ("textract", "StartDocumentTextDetection", json!({ "DocumentLocation": document })),
        (
            "redshift-data",
            "ExecuteStatement",
            json!({ "Database": "orders", "Sql": "select 1", "ClusterIdentifier": "a" }),
        ),
    ];
    // The host masks the secret key wherever it finds its text.
    let site = Site::new(moto.endpoint()).signing_as(Keys::new("AKIATEST", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    prove("moto", MOTOS_REGION, &mut aws, site, seeds, &MOTO);
}

#[test]
fn every_service_of_ministack_answers_the_host_as_it_answers_boto3_with_signatures_checked() {
    let ministack = Ministack::start(&venv(), Identities::Enforced).expect("ministack starts");
    let keys = user(&mut ministack.client().expect("boto3 starts"), "reader", &["*"]);
    let forged = Keys::new(&keys.access_key_id, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let refusal = ministack.client_as(&forged).expect("boto3 starts").call("sts", "GetCallerIdentity", json!({}));
    assert!(matches!(&refusal, Err(EmulatorError::Refused { status: Some(403), .. })), "{refusal:?}");
    let mut aws = ministack.client_as(&keys).expect("boto3 starts");
    let role = "arn:aws:iam::000000000000:role/orders";
    let application =
        json!({ "ApplicationName": "orders", "RuntimeEnvironment": "FLINK-1_18", "ServiceExecutionRole": role });
    let seeds = vec![("kinesisanalyticsv2", "CreateApplication", application)];
    prove("ministack", REGION, &mut aws, Site::new(ministack.endpoint()).signing_as(keys), seeds, &MINISTACK);
}
