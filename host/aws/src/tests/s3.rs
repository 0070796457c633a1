use aws_sdk_s3::Client;
use serde_json::json;
use stepwell_model::event::What;
use stepwell_model::settings::Directories;

use super::canned_s3::{CannedS3, Fault, MODIFIED};
use super::support::{answers, bench, config};
use crate::AwsCalls;
use crate::aws::Service as _;
use crate::error::HostError;
use crate::gate::Gate;
use crate::wit::s3::{
    CreateBucketRequest, DeleteBucketRequest, DeleteObjectsRequest, Download, HeadObjectRequest, Host as _,
    ListBucketsRequest, ListObjectsV2Request, ObjectCopy, Upload,
};
use crate::wit::types::{CallError, CallErrorKind};

const EMPTY_LIST: &str = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";

const EXAMPLE: &str = "https://example.s3.eu-central-1.amazonaws.com";

fn list_of_example() -> ListObjectsV2Request {
    ListObjectsV2Request {
        bucket: "example".to_owned(),
        prefix: None,
        delimiter: None,
        start_after: None,
        max_keys: None,
        continuation_token: None,
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, HostError>) -> CallError {
    match result {
        Err(HostError::Answer(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// The query of a URL, sorted.
fn query(url: &str) -> Vec<&str> {
    let mut parts: Vec<_> = url.split_once('?').unwrap().1.split('&').collect();
    parts.sort_unstable();
    parts
}

#[tokio::test]
async fn list_buckets_passes_paging_through() {
    let body = "<ListAllMyBucketsResult><Buckets><Bucket><Name>example</Name>\
        <CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket><Bucket><Name>other</Name></Bucket></Buckets>\
        <ContinuationToken>page-2</ContinuationToken></ListAllMyBucketsResult>";
    let mut bench = answers(&[(200, body)]);
    let request = ListBucketsRequest { max_buckets: Some(2), continuation_token: Some("page-1".to_owned()) };
    let response = AwsCalls::new(Some(&mut bench.step)).list_buckets(request).await.unwrap();
    let urls = bench.urls();
    assert!(urls[0].starts_with("https://s3.eu-central-1.amazonaws.com/?"), "{urls:?}");
    assert_eq!(query(&urls[0]), ["continuation-token=page-1", "max-buckets=2", "x-id=ListBuckets"]);
    let buckets: Vec<_> = response.buckets.iter().map(|of| (of.name.as_str(), of.creation_date)).collect();
    assert_eq!(buckets, [("example", Some(1_767_323_045_000)), ("other", None)]);
    assert_eq!(response.continuation_token.as_deref(), Some("page-2"));
}

#[tokio::test]
async fn list_objects_v2_sends_what_was_asked_and_gives_objects_and_prefixes() {
    let body = "<ListBucketResult><Contents><Key>a/b.txt</Key><Size>7</Size>\
        <LastModified>2026-01-02T03:04:05.000Z</LastModified><StorageClass>GLACIER</StorageClass></Contents>\
        <CommonPrefixes><Prefix>a/c/</Prefix></CommonPrefixes><IsTruncated>true</IsTruncated>\
        <NextContinuationToken>page-2</NextContinuationToken>\
        </ListBucketResult>";
    let mut bench = answers(&[(200, body), (200, EMPTY_LIST)]);
    let mut calls = AwsCalls::new(Some(&mut bench.step));
    let request = ListObjectsV2Request {
        prefix: Some("a/".to_owned()),
        delimiter: Some("/".to_owned()),
        start_after: Some("a/a".to_owned()),
        max_keys: Some(50),
        continuation_token: Some("page-1".to_owned()),
        ..list_of_example()
    };
    let response = calls.list_objects_v2(request).await.unwrap();
    let empty = calls.list_objects_v2(list_of_example()).await.unwrap();
    let urls = bench.urls();
    assert!(urls[0].starts_with(EXAMPLE), "{urls:?}");
    assert_eq!(
        query(&urls[0]),
        [
            "continuation-token=page-1",
            "delimiter=%2F",
            "encoding-type=url",
            "list-type=2",
            "max-keys=50",
            "prefix=a%2F",
            "start-after=a%2Fa"
        ]
    );
    assert_eq!(query(&urls[1]), ["encoding-type=url", "list-type=2"]);
    let [object] = &response.contents[..] else { panic!("{response:?}") };
    assert_eq!((object.key.as_str(), object.size, object.last_modified), ("a/b.txt", 7, 1_767_323_045_000));
    assert_eq!(object.storage_class.as_deref(), Some("GLACIER"));
    assert_eq!(response.common_prefixes, ["a/c/"]);
    assert_eq!(response.next_continuation_token.as_deref(), Some("page-2"));
    assert!(empty.contents.is_empty() && empty.common_prefixes.is_empty() && empty.next_continuation_token.is_none());
}

#[tokio::test]
async fn keys_that_xml_cannot_hold_are_listed_encoded_and_deleted_one_by_one() {
    let body = "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a%01%2Bb+c</Key><Size>7</Size>\
        <LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>\
        <CommonPrefixes><Prefix>d%1F/</Prefix></CommonPrefixes><IsTruncated>false</IsTruncated></ListBucketResult>";
    let deleted = "<DeleteResult><Deleted><Key>x</Key></Deleted><Deleted><Key>y</Key></Deleted></DeleteResult>";
    let mut bench = answers(&[(200, body), (200, deleted), (204, "")]);
    let mut calls = AwsCalls::new(Some(&mut bench.step));
    let listed = calls.list_objects_v2(list_of_example()).await.unwrap();
    assert_eq!((listed.contents[0].key.as_str(), listed.common_prefixes), ("a\u{1}+b c", vec!["d\u{1f}/".to_owned()]));
    let keys = ["x", "a\u{1}", "y"].map(str::to_owned).to_vec();
    let outcomes = calls.delete_objects(DeleteObjectsRequest { bucket: "example".to_owned(), keys }).await.unwrap();
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
    let urls = bench.urls();
    assert_eq!(urls[1..], [format!("{EXAMPLE}/?delete"), format!("{EXAMPLE}/a%01?x-id=DeleteObject")]);
}

#[tokio::test]
async fn an_object_without_what_s3_always_gives_is_no_answer() {
    let whole = "<ListBucketResult><Contents><Key>a</Key><Size>7</Size>\
        <LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents><IsTruncated>true</IsTruncated>\
        <NextContinuationToken>page-2</NextContinuationToken></ListBucketResult>";
    for (missing, message) in [
        ("<Key>a</Key>", "AWS answered without an object's key"),
        ("<Size>7</Size>", "AWS answered without an object's size"),
        (
            "<LastModified>2026-01-02T03:04:05.000Z</LastModified>",
            "AWS answered without the time of an object's last change",
        ),
        ("<IsTruncated>true</IsTruncated>", "AWS answered without `IsTruncated`"),
        ("<NextContinuationToken>page-2</NextContinuationToken>", "AWS answered without a token for the next page"),
    ] {
        let mut bench = answers(&[(200, &whole.replace(missing, ""))]);
        let error = refusal(AwsCalls::new(Some(&mut bench.step)).list_objects_v2(list_of_example()).await);
        assert_eq!((error.kind, error.message.as_str()), (CallErrorKind::Unavailable, message));
    }
}

#[tokio::test]
async fn head_object_gives_size_and_time_and_its_errors_have_no_words() {
    let s3 = CannedS3::with(|asked, _| (asked.path == "/denied").then_some(Fault::Headless(403)));
    s3.held.lock().unwrap().put("a", b"text".to_vec());
    let (mut step, _) = s3.step(Directories::default());
    let mut calls = AwsCalls::new(Some(&mut step));
    let head = |key: &str| HeadObjectRequest { bucket: "example".to_owned(), key: key.to_owned() };
    let found = calls.head_object(head("a")).await.unwrap();
    assert_eq!((found.content_length, found.last_modified, found.storage_class), (4, MODIFIED * 1000, None));
    assert_eq!(refusal(calls.head_object(head("missing")).await).kind, CallErrorKind::NotFound);
    let denied = refusal(calls.head_object(head("denied")).await);
    assert_eq!(denied.kind, CallErrorKind::Denied);
    assert_eq!(denied.message, "IAM does not allow `s3:GetObject`: AWS answered with HTTP status 403 alone");
}

#[tokio::test]
async fn a_bucket_of_another_region_is_said_to_be_there() {
    let s3 = CannedS3::with(|_, _| Some(Fault::Elsewhere("ap-south-1")));
    let (mut step, _) = s3.step(Directories::default());
    let error = refusal(AwsCalls::new(Some(&mut step)).list_objects_v2(list_of_example()).await);
    assert_eq!((error.kind, error.message.as_str()), (CallErrorKind::Rejected, "the bucket is in region `ap-south-1`"));
}

#[tokio::test]
async fn create_bucket_names_the_region_unless_it_is_the_one_that_aws_takes_without_a_name() {
    let mut here = answers(&[(200, "")]);
    let request = CreateBucketRequest { bucket: "example".to_owned() };
    AwsCalls::new(Some(&mut here.step)).create_bucket(request.clone()).await.unwrap();
    assert_eq!(here.urls(), [format!("{EXAMPLE}/")]);
    assert!(here.left()[0].contains("<LocationConstraint>eu-central-1</LocationConstraint>"), "{:?}", here.left());
    let mut there = answers(&[(200, "")]);
    there.step.context.region = Some("us-east-1".to_owned());
    AwsCalls::new(Some(&mut there.step)).create_bucket(request).await.unwrap();
    assert_eq!(there.left(), [""]);
    assert!(
        matches!(&there.kept.records()[..], [What::CredentialsIssued { .. }, What::CallIntended { call, .. }, _] if call.request == json!({ "Bucket": "example" }))
    );
}

#[tokio::test]
async fn delete_bucket_is_not_repeated_when_nobody_knows_what_became_of_it() {
    let mut bench = answers(&[(500, "<Error><Code>InternalError</Code></Error>"), (204, "")]);
    let request = DeleteBucketRequest { bucket: "example".to_owned() };
    let error = refusal(AwsCalls::new(Some(&mut bench.step)).delete_bucket(request).await);
    assert_eq!(error.kind, CallErrorKind::Unavailable);
    assert_eq!(bench.urls(), [format!("{EXAMPLE}/")]);
}

#[tokio::test]
async fn a_bucket_that_is_not_empty_is_a_refusal_of_aws() {
    let mut bench = answers(&[(409, "<Error><Code>BucketNotEmpty</Code><Message>it is not</Message></Error>")]);
    let request = DeleteBucketRequest { bucket: "example".to_owned() };
    let error = refusal(AwsCalls::new(Some(&mut bench.step)).delete_bucket(request).await);
    assert_eq!((error.kind, error.code.as_deref()), (CallErrorKind::Rejected, Some("BucketNotEmpty")));
}

#[tokio::test]
async fn delete_objects_tells_of_each_key_what_became_of_it() {
    let body = "<DeleteResult><Deleted><Key>a</Key></Deleted><Deleted><Key>d</Key></Deleted>\
        <Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error>\
        <Error><Key>c</Key><Code>InternalError</Code><Message>try again</Message></Error></DeleteResult>";
    let mut bench = answers(&[(200, body)]);
    // The answer does not mention `e` and `f`.
    let keys: Vec<_> = ["a", "b", "c", "d", "e", "f"].map(str::to_owned).to_vec();
    let request = DeleteObjectsRequest { bucket: "example".to_owned(), keys };
    let deleted = AwsCalls::new(Some(&mut bench.step)).delete_objects(request).await.unwrap();
    let kinds: Vec<_> = deleted.iter().map(|one| one.as_ref().err().map(|error| error.kind)).collect();
    let unknown = Some(CallErrorKind::Unavailable);
    assert_eq!(kinds, [None, Some(CallErrorKind::Denied), unknown, None, unknown, unknown]);
    assert_eq!(bench.urls(), [format!("{EXAMPLE}/?delete")]);
    let left = &bench.left()[0];
    assert!(left.contains("<Object><Key>a</Key></Object><Object><Key>b</Key></Object>"), "{left}");
    assert!(!left.contains("Quiet"), "{left}");
    let Some(What::CallIntended { call, .. }) = bench.kept.records().into_iter().next() else { panic!("no intent") };
    assert_eq!(call.request, json!({ "Bucket": "example", "Objects": 6, "Keys": ["a", "b", "c", "d", "e"] }));
}

#[tokio::test]
async fn a_server_that_is_named_is_asked_by_path() {
    let mut bench = bench(&[(200, EMPTY_LIST)], None, config().endpoint_url("http://storage.example:9000"));
    AwsCalls::new(Some(&mut bench.step)).list_objects_v2(list_of_example()).await.unwrap();
    assert_eq!(bench.urls(), ["http://storage.example:9000/example/?list-type=2&encoding-type=url"]);
}

const DIRECTORY_BUCKET: &str = "data--usw2-az1--x-s3";

fn rejected<T: std::fmt::Debug>(action: &str, result: Result<T, HostError>) {
    let error = refusal(result);
    assert_eq!((error.kind, error.action.as_str()), (CallErrorKind::Rejected, action));
}

/// Calls every function with it.
async fn all_reject(bucket: &str, key: &str) {
    let (bucket, key, path) = (bucket.to_owned(), key.to_owned(), "site/a".to_owned());
    let mut bench = answers(&[]);
    let mut calls = AwsCalls::new(Some(&mut bench.step));
    rejected("s3:GetObject", calls.head_object(HeadObjectRequest { bucket: bucket.clone(), key: key.clone() }).await);
    let keys = vec!["a".to_owned(), key.clone()];
    rejected("s3:DeleteObject", calls.delete_objects(DeleteObjectsRequest { bucket: bucket.clone(), keys }).await);
    let upload = Upload { path: path.clone(), bucket: bucket.clone(), key: key.clone() };
    rejected("s3:PutObject", calls.upload_files(vec![upload]).await);
    let download = Download { bucket: bucket.clone(), key: key.clone(), path };
    rejected("s3:GetObject", calls.download_files(vec![download]).await);
    let (other, there) = ("example".to_owned(), "a".to_owned());
    for (source_bucket, source_key, bucket, key) in
        [(bucket.clone(), key.clone(), other.clone(), there.clone()), (other, there, bucket, key)]
    {
        let copy = ObjectCopy { source_bucket, source_key, bucket, key };
        rejected("s3:PutObject", calls.copy_objects(vec![copy]).await);
    }
    assert!(bench.urls().is_empty() && bench.kept.records().is_empty());
}

#[tokio::test]
async fn what_is_no_bucket_or_has_no_key_is_rejected_before_anything_is_recorded() {
    for (bucket, key) in [(DIRECTORY_BUCKET, "a"), ("", "a"), ("web-s3alias", "a"), ("a/b/c", "a"), ("example", "")] {
        all_reject(bucket, key).await;
    }
    let bucket = DIRECTORY_BUCKET.to_owned();
    let mut bench = answers(&[]);
    let mut calls = AwsCalls::new(Some(&mut bench.step));
    let list = ListObjectsV2Request { bucket: bucket.clone(), ..list_of_example() };
    rejected("s3:ListBucket", calls.list_objects_v2(list).await);
    rejected("s3:CreateBucket", calls.create_bucket(CreateBucketRequest { bucket: bucket.clone() }).await);
    rejected("s3:DeleteBucket", calls.delete_bucket(DeleteBucketRequest { bucket: bucket.clone() }).await);
    let keys = Vec::new();
    rejected("s3:DeleteObject", calls.delete_objects(DeleteObjectsRequest { bucket, keys }).await);
    assert!(bench.urls().is_empty() && bench.kept.records().is_empty());
}

#[tokio::test]
async fn the_sdk_opens_no_session_for_a_directory_bucket() {
    let s3 = CannedS3::new();
    let client = Client::gated(&config().http_client(s3.clone()).build(), Gate);
    assert!(client.list_objects_v2().bucket(DIRECTORY_BUCKET).send().await.is_err());
    assert_eq!(s3.lines(), Vec::<String>::new());
}
