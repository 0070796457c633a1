//! The steps that notify through AWS, against moto.

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Moto};

use crate::runs_examples::moto;
use crate::support::{Site, events, failure, log_lines, report};

fn called(aws: &mut AwsClient, service: &str, operation: &str, params: Json) -> Json {
    aws.call(service, operation, params).unwrap_or_else(|error| panic!("{service}: {error}"))
}

/// A topic with a queue that gets its messages. Returns the ARN of the topic and the URL of the queue.
fn topic(aws: &mut AwsClient, suffix: &str) -> (String, String) {
    let attributes = if suffix.is_empty() { json!({}) } else { json!({ "FifoTopic": "true" }) };
    let topic = called(aws, "sns", "CreateTopic", json!({ "Name": format!("ops{suffix}"), "Attributes": attributes }));
    let attributes = if suffix.is_empty() { json!({}) } else { json!({ "FifoQueue": "true" }) };
    let queue =
        called(aws, "sqs", "CreateQueue", json!({ "QueueName": format!("ops{suffix}"), "Attributes": attributes }));
    let (topic, queue) = (topic["TopicArn"].as_str().expect("an ARN"), queue["QueueUrl"].as_str().expect("a URL"));
    let arn = topic.replace(":sns:", ":sqs:");
    let raw = json!({ "RawMessageDelivery": "true" });
    called(
        aws,
        "sns",
        "Subscribe",
        json!({ "TopicArn": topic, "Protocol": "sqs", "Endpoint": arn, "Attributes": raw }),
    );
    (topic.to_owned(), queue.to_owned())
}

/// The messages in a queue.
fn received(aws: &mut AwsClient, queue: &str) -> Vec<Json> {
    let asked = json!({
        "QueueUrl": queue, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "AttributeNames": ["All"],
    });
    called(aws, "sqs", "ReceiveMessage", asked)["Messages"].as_array().cloned().unwrap_or_default()
}

fn publish(moto: &Moto, topic: &str, more: &str) -> (i32, Vec<Json>) {
    let with = format!("{{ topic_arn = \"{topic}\", message = \"3 of 7 copied\"{more} }}");
    Site::new(moto.endpoint()).step("sns-publish", &with).run_json()
}

#[test]
fn a_message_is_published_with_its_attributes() {
    let (moto, mut aws) = moto();
    let (topic, queue) = topic(&mut aws, "");
    let (code, lines) = publish(&moto, &topic, ", subject = \"Copy\", attributes = { severity = \"low\" }");
    assert_eq!(code, 0, "{:?}", lines.last());
    let messages = received(&mut aws, &queue);
    let [message] = messages.as_slice() else { panic!("{messages:?}") };
    assert_eq!(message["Body"], "3 of 7 copied");
    let severity = &message["MessageAttributes"]["severity"];
    assert_eq!((&severity["StringValue"], &severity["DataType"]), (&json!("low"), &json!("String")));
    let id = report(&lines)["steps"][0]["outputs"]["message_id"].as_str().expect("it has an id");
    assert_eq!(log_lines(&lines), [format!("{topic}: message {id}")]);
    let intended = events(&lines, "call_intended");
    assert_eq!(intended[0]["call"]["action"], "sns:Publish", "{intended:?}");
}

#[test]
fn a_topic_that_keeps_the_order_gets_group_and_deduplication() {
    let (moto, mut aws) = moto();
    let (topic, queue) = topic(&mut aws, ".fifo");
    let (code, lines) = publish(&moto, &topic, ", group_id = \"copy\"");
    assert_eq!(code, 0, "{:?}", lines.last());
    let messages = received(&mut aws, &queue);
    let [message] = messages.as_slice() else { panic!("{messages:?}") };
    assert_eq!((&message["Body"], &message["Attributes"]["MessageGroupId"]), (&json!("3 of 7 copied"), &json!("copy")));
    let id = message["Attributes"]["MessageDeduplicationId"].as_str().expect("it has one");
    assert!(!id.is_empty(), "{message}");
}

#[test]
fn a_topic_that_is_not_there_or_no_topic_is_told() {
    let (moto, _) = moto();
    let (code, lines) = publish(&moto, "arn:aws:sns:eu-central-1:123456789012:gone", "");
    let failure = failure(&lines);
    assert_eq!(code, 1, "{failure}");
    assert!(failure["code"].as_str().is_some_and(|code| code.starts_with("NotFound")), "{failure}");
    let site = Site::new(moto.endpoint()).step("sns-publish", "{ topic_arn = \"ops\", message = \"x\" }");
    let [what, because, _] = site.run().three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: step `it`: `sns-publish` does not accept its configuration");
    assert!(because.contains("`topic_arn`"), "{because}");
}

fn mail(moto: &Moto, more: &str) -> (i32, Vec<Json>) {
    let with = format!(
        "{{ from = \"Runbooks <runbooks@example.com>\", to = [\"web@example.com\"], subject = \"Copy\"{more} }}"
    );
    Site::new(moto.endpoint()).step("email-send", &with).run_json()
}

#[test]
fn an_email_is_sent_by_a_verified_sender_only() {
    let (moto, mut aws) = moto();
    let more = ", cc = [\"db@example.com\"], text = \"3 of 7 copied\", html = \"<p>3 of 7 copied</p>\"";
    let (code, lines) = mail(&moto, more);
    let refused = failure(&lines);
    let words = "MessageRejected: Email address not verified";
    assert!(code == 1 && refused["message"].as_str().is_some_and(|said| said.starts_with(words)), "{refused}");
    called(&mut aws, "sesv2", "CreateEmailIdentity", json!({ "EmailIdentity": "runbooks@example.com" }));
    called(&mut aws, "ses", "VerifyEmailIdentity", json!({ "EmailAddress": "runbooks@example.com" }));
    let (code, lines) = mail(&moto, more);
    assert_eq!(code, 0, "{:?}", lines.last());
    let id = report(&lines)["steps"][0]["outputs"]["message_id"].as_str().expect("it has an id");
    assert_eq!(log_lines(&lines), [format!("web@example.com: email {id}")]);
    let quota = called(&mut aws, "ses", "GetSendQuota", json!({}));
    assert_eq!(quota["SentLast24Hours"], 2.0, "one email for each of two receivers: {quota}");
    let (code, lines) = mail(&moto, "");
    let because = lines[0]["because"].as_str().expect("text");
    assert!(code == 2 && because.ends_with("`text` or `html` is required"), "{lines:?}");
}
