//! What becomes of an answer: pages, `select`, outputs.

use serde_json::json;

use super::{count, outputs, site, tables};
use crate::runs_examples::moto;
use crate::support::{NOBODY, ended, failure};

const NAMES: [&str; 5] = ["a-1", "b-2", "c-3", "d-4", "e-5"];

const PAGE_OF_TWO: &str = "uses = \"aws:dynamodb/ListTables\"\nwith = { Limit = 2 }";

#[test]
fn all_pages_of_a_list_are_one_list_and_without_pages_only_the_first_is_read() {
    let (moto, mut aws) = moto();
    tables(&mut aws, &NAMES);
    let of = |more: &str| {
        let (code, lines) = site(moto.endpoint(), &format!("{PAGE_OF_TWO}\n{more}")).run_json();
        assert_eq!(code, 0, "{:?}", lines.last());
        outputs(&lines).clone()
    };
    assert_eq!(of(""), json!({ "TableNames": NAMES[..2], "LastEvaluatedTableName": "b-2" }));
    assert_eq!(of("pages = \"first\""), of(""));
    let before = count(&moto, "ListTables");
    assert_eq!(of("pages = \"all\""), json!({ "TableNames": NAMES }), "its token leads nowhere any more");
    assert_eq!(count(&moto, "ListTables") - before, 3);
    assert_eq!(of("pages = \"all\"\npage_limit = 3\nselect = \"TableNames[-1]\""), json!({ "result": "e-5" }));
}

#[test]
fn hundreds_of_items_are_read_page_by_page_as_aws_cuts_them() {
    let (moto, mut aws) = moto();
    let names: Vec<_> = (0..120).map(|number| format!("table-{number:03}")).collect();
    tables(&mut aws, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let lines = "uses = \"aws:dynamodb/ListTables\"\npages = \"all\"\nselect = \"TableNames\"";
    let (code, lines) = site(moto.endpoint(), lines).run_json();
    assert_eq!((code, &outputs(&lines)["result"]), (0, &json!(names)));
    assert_eq!(count(&moto, "ListTables"), 2);
}

#[test]
fn a_list_with_more_pages_than_the_limit_is_an_error_and_no_part_of_a_list() {
    let (moto, mut aws) = moto();
    tables(&mut aws, &NAMES);
    let site = site(moto.endpoint(), &format!("{PAGE_OF_TWO}\npages = \"all\"\npage_limit = 2"));
    let expected = [
        "error: step `it` failed: the list has more than 2 pages",
        "because: `page_limit` is 2, and a part of a list would look like the whole",
        "next: raise `page_limit`, or use a plugin that reads page by page",
    ];
    assert_eq!(site.run().three_lines(1), expected);
    assert_eq!(count(&moto, "ListTables"), 2);
    assert_eq!(failure(&site.run_json().1)["code"], "LimitExceeded");
}

#[test]
fn what_select_finds_becomes_the_outputs() {
    let (moto, mut aws) = moto();
    tables(&mut aws, &NAMES);
    let table = "uses = \"aws:dynamodb/DescribeTable\"\nwith = { TableName = \"a-1\" }";
    for (select, expected) in [
        ("Table.{name: TableName, state: TableStatus}", json!({ "name": "a-1", "state": "ACTIVE" })),
        ("Table.TableName", json!({ "result": "a-1" })),
        ("Table.ItemCount", json!({ "result": 0 })),
        ("Table.KeySchema[].AttributeName", json!({ "result": ["id"] })),
        ("Table.KeySchema[?KeyType=='RANGE']", json!({ "result": [] })),
        ("contains(Table.TableName, 'z')", json!({ "result": false })),
    ] {
        let (code, lines) = site(moto.endpoint(), &format!("{table}\nselect = \"{select}\"")).run_json();
        assert_eq!((code, outputs(&lines)), (0, &expected), "{select}: {:?}", lines.last());
    }
}

#[test]
fn a_list_that_aws_leaves_out_because_it_is_empty_is_an_empty_list() {
    let (moto, _aws) = moto();
    for pages in ["", "pages = \"all\"\n"] {
        for (select, expected) in
            [("", json!({ "QueueUrls": [] })), ("select = \"QueueUrls[]\"", json!({ "result": [] }))]
        {
            let (code, lines) =
                site(moto.endpoint(), &format!("uses = \"aws:sqs/ListQueues\"\n{pages}{select}")).run_json();
            assert_eq!((code, outputs(&lines)), (0, &expected), "{pages}{select}: {:?}", lines.last());
        }
    }
}

#[test]
fn a_select_that_finds_nothing_is_an_error_with_the_members_of_the_answer() {
    let (moto, mut aws) = moto();
    tables(&mut aws, &NAMES);
    let site = site(moto.endpoint(), &format!("{PAGE_OF_TWO}\nselect = \"TableNames[7]\""));
    let expected = [
        "error: step `it` failed: `select` finds nothing in the answer",
        "because: the members of the answer are `TableNames`, `LastEvaluatedTableName`",
        "next: correct `select`; to look again until it finds something, add `retry` with `on = [\"NothingSelected\"]`",
    ];
    assert_eq!(site.run().three_lines(1), expected);
    assert_eq!(failure(&site.run_json().1)["code"], "NothingSelected");
}

#[test]
fn a_select_that_cannot_be_computed_is_an_error() {
    let (moto, mut aws) = moto();
    tables(&mut aws, &NAMES);
    let table = "uses = \"aws:dynamodb/DescribeTable\"\nwith = { TableName = \"a-1\" }";
    let expected = [
        "error: step `it` failed: `length(Table.ItemCount)` cannot be computed from the answer",
        "because: the members of the answer are `Table`",
        "next: correct `select`",
    ];
    let site = site(moto.endpoint(), &format!("{table}\nselect = \"length(Table.ItemCount)\""));
    assert_eq!(site.run().three_lines(1), expected);
    assert_eq!(failure(&site.run_json().1)["code"], "ConfigurationInvalid");
}

#[test]
fn outputs_that_are_too_large_are_an_error_that_names_select() {
    let (moto, mut aws) = moto();
    tables(&mut aws, &NAMES);
    let site = site(moto.endpoint(), "uses = \"aws:dynamodb/ListTables\"");
    let site = site.home_file("stepwell.toml", "[limits]\noutputs = \"32B\"\n");
    let [what, because, next] = site.run().three_lines(1).map(str::to_owned);
    assert!(what.starts_with("error: step `it` failed: the outputs have "), "{what}");
    assert_eq!(because, "because: the outputs of a step may have 32 bytes");
    assert_eq!(next, "next: choose the part of the answer that later steps need with `select`");
}

#[test]
fn what_aws_refuses_is_told_with_its_code_and_what_to_do() {
    let (moto, _aws) = moto();
    let site = site(moto.endpoint(), "uses = \"aws:dynamodb/DescribeTable\"\nwith = { TableName = \"gone\" }");
    let [what, because, next] = site.run().three_lines(1).map(str::to_owned);
    assert!(what.starts_with("error: step `it` failed: ResourceNotFoundException: "), "{what}");
    assert_eq!(because, "because: AWS answered `aws:dynamodb/DescribeTable` with `ResourceNotFoundException`");
    assert_eq!(next, "next: correct the name or id in `with`, or the region in `[aws]`");
    assert_eq!(failure(&site.run_json().1)["code"], "NotFound");
}

#[test]
fn a_failure_behind_a_change_says_that_the_call_was_made_and_advises_no_other_look() {
    let made = "; the call of `aws:sqs/CreateQueue` was made";
    for (number, (more, what, because)) in [
        (
            "select = \"Queues\"",
            "`select` finds nothing in the answer",
            "because: the members of the answer are `QueueUrl`",
        ),
        (
            "select = \"length(`1`)\"",
            "`length(`1`)` cannot be computed from the answer",
            "because: the members of the answer are `QueueUrl`",
        ),
        (
            "expect = \"${outputs.QueueUrl == ''}\"",
            "`expect` is false: ${outputs.QueueUrl == ''}",
            "because: AWS answered otherwise",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let (moto, _aws) = moto();
        let lines = format!(
            "uses = \"aws:sqs/CreateQueue\"\nwith = {{ QueueName = \"q{number}\" }}\nallow_unlisted = true\n{more}"
        );
        let [error, told, next] = site(moto.endpoint(), &lines).run().three_lines(1).map(str::to_owned);
        assert_eq!(error, format!("error: step `it` failed: {what}"));
        assert!(told.starts_with(because) && told.ends_with(made), "{told}");
        assert!(next.ends_with("; another run makes the call again") && !next.contains("retry"), "{next}");
        assert_eq!(count(&moto, "CreateQueue"), 1);
    }
}

/// A read, which is refused before its answer.
const LIST: &str = "uses = \"aws:dynamodb/ListTables\"";

#[test]
fn an_endpoint_that_does_not_answer_is_told_with_the_network_and_the_region() {
    let site = site(NOBODY, LIST);
    let [what, because, next] = site.run().three_lines(1).map(str::to_owned);
    assert!(what.starts_with("error: step `it` failed: no answer from 127.0.0.1:9: "), "{what}");
    assert_eq!(
        because,
        "because: the endpoint of `aws:dynamodb/ListTables` in the region `eu-central-1` did not answer this machine"
    );
    assert_eq!(
        next,
        "next: check the network, the endpoint in AWS_ENDPOINT_URL if it is set, and the region `eu-central-1`; then \
         run the job again, or give the step a `retry`"
    );
}

#[test]
fn a_region_that_aws_does_not_have_is_told_with_the_nearest_one() {
    // The plan refuses a wrong name in a file. It does not see the environment.
    for (region, next) in [
        ("eu-centrl-1", "next: write `eu-central-1` in `region` of `[aws]` or of the step, or in AWS_REGION"),
        ("moon-base-9", "next: correct `region` of `[aws]` or of the step, or AWS_REGION"),
    ] {
        let site = site(NOBODY, LIST);
        let mut command = site.command(&["run", "job.toml"]);
        command.env("AWS_REGION", region).env_remove("AWS_DEFAULT_REGION");
        // Nothing leaves this machine: the proxy refuses, as the lookup of the name would.
        command.env_remove("AWS_ENDPOINT_URL").env("HTTPS_PROXY", NOBODY).env("AWS_MAX_ATTEMPTS", "1");
        let ended = ended(command.output().expect("it starts"));
        let [_, because, told] = ended.three_lines(1);
        assert_eq!([because, told], [&format!("because: AWS has no region `{region}`"), next]);
    }
}

#[test]
fn an_endpoint_that_is_no_url_is_told_as_a_setting() {
    let ended = site("foo", LIST).run();
    let [what, because, next] = ended.three_lines(3);
    assert_eq!(
        what,
        "error: step `it` failed: the AWS configuration does not make a request for `dynamodb:ListTables`"
    );
    assert_eq!(because, "because: `foo`, from AWS_ENDPOINT_URL or the AWS profile, is no endpoint: it has no scheme");
    assert_eq!(next, "next: correct region in [aws], AWS_REGION or AWS_ENDPOINT_URL");
}
