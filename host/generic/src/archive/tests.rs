use stepwell_model::NextAction as _;

use super::*;
use crate::endpoint::RuleSet;
use crate::model::Protocol;

fn service(name: &str) -> Service {
    Service {
        name: name.to_owned(),
        title: format!("Amazon {name}"),
        id: name.to_uppercase(),
        api_version: "2012-08-10".to_owned(),
        protocol: Protocol::Json10,
        target_prefix: String::new(),
        endpoint_prefix: name.to_owned(),
        signing_name: name.to_owned(),
        xml_namespace: None,
        is_query_compatible: false,
        operations: Vec::new(),
        shapes: Vec::new(),
        waiters: Vec::new(),
        endpoints: RuleSet::default(),
    }
}

fn bytes() -> Vec<u8> {
    write("1.2.3", &[service("sqs"), service("dynamodb"), service("ec2")], &Partitions::default()).unwrap()
}

#[test]
fn an_archive_gives_back_what_was_written_sorted_by_name() {
    let archive = Archive::read(bytes());
    assert_eq!(archive.botocore(), Ok("1.2.3"));
    let names: Vec<_> = archive.services().unwrap().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["dynamodb", "ec2", "sqs"]);
    assert_eq!(*archive.service("ec2").unwrap(), service("ec2"));
    assert_eq!(*archive.partitions().unwrap(), Partitions::default());
}

#[test]
fn a_service_is_unpacked_once() {
    let archive = Archive::read(bytes());
    let first = archive.service("sqs").unwrap();
    assert!(Arc::ptr_eq(&first, &archive.service("sqs").unwrap()));
}

#[test]
fn a_name_that_is_no_service_finds_the_nearest_one() {
    let archive = Archive::read(bytes());
    let unknown = |name: &str, nearest: &[&str]| {
        Err(ArchiveError::Unknown {
            name: name.to_owned(),
            nearest: nearest.iter().copied().map(str::to_owned).collect(),
        })
    };
    assert_eq!(archive.service("dynamo-db"), unknown("dynamo-db", &["dynamodb"]));
    assert_eq!(archive.service("nothing-like-it"), unknown("nothing-like-it", &[]));
}

#[test]
fn a_service_is_found_under_every_name_that_aws_has_for_it() {
    for (name, expected) in [
        ("cloudwatchlogs", &["logs"][..]),
        ("CloudWatch Logs", &["logs"]),
        ("cloudwatchlog", &["logs"]),
        ("eventbridge", &["events"]),
        ("states", &["stepfunctions"]),
        ("step-functions", &["stepfunctions"]),
        ("elasticloadbalancing", &["elb", "elbv2"]),
        ("cost-explorer", &["ce"]),
        ("cognito", &["cognito-identity", "cognito-idp", "cognito-sync"]),
        ("Amazon DynamoDB", &["dynamodb"]),
        ("dynamo", &["dynamodb"]),
        ("sqss", &["sqs"]),
        ("zz", &[]),
    ] {
        let error = Archive::shipped().service(name).unwrap_err();
        assert!(matches!(&error, ArchiveError::Unknown { nearest, .. } if nearest == expected), "{name}: {error:?}");
        let next = error.next();
        assert!(expected.iter().all(|meant| next.contains(&format!("`{meant}`"))), "{next}");
    }
}

#[test]
fn the_list_of_services_is_searched_by_a_part_of_any_name() {
    let named = |part: &str| -> Vec<_> {
        let services = Archive::shipped().services().unwrap();
        services.filter(|entry| entry.is_named(part)).map(|entry| entry.name.as_str()).collect()
    };
    assert_eq!(named("dynamo"), ["dax", "dynamodb", "dynamodbstreams"]);
    assert_eq!(named("Key Management"), ["kms"]);
    assert_eq!(named("no such service"), [""; 0]);
}

#[test]
fn a_build_without_models_says_how_to_make_them() {
    let archive = Archive::read(Vec::new());
    let error = archive.service("ec2").unwrap_err();
    assert_eq!(error, ArchiveError::Missing);
    assert!(error.next().contains("cargo xtask models"), "{}", error.next());
    assert_eq!(archive.partitions().unwrap_err(), ArchiveError::Missing);
    assert_eq!(archive.services().map(|_| ()).unwrap_err(), ArchiveError::Missing);
}

#[test]
fn an_archive_of_another_format_is_refused() {
    let mut bytes = bytes();
    bytes[MAGIC.len()] ^= 0xff;
    let error = Archive::read(bytes).service("ec2").unwrap_err();
    assert_eq!(error, ArchiveError::OtherFormat { found: FORMAT ^ 0xff });
}

/// Asks an archive for everything. What it answers has to be right.
fn read_all(bytes: Vec<u8>) -> Result<(), ArchiveError> {
    let archive = Archive::read(bytes);
    archive.partitions()?;
    for name in ["dynamodb", "ec2", "sqs"] {
        assert_eq!(*archive.service(name)?, service(name));
    }
    Ok(())
}

#[test]
fn an_archive_that_ends_early_or_has_a_wrong_bit_is_an_error() {
    let whole = bytes();
    assert_eq!(read_all(whole.clone()), Ok(()));
    for end in 0..whole.len() {
        assert!(read_all(whole[..end].to_vec()).is_err(), "{end} of {}", whole.len());
    }
    for at in 0..whole.len() * 8 {
        let mut damaged = whole.clone();
        damaged[at / 8] ^= 1 << (at % 8);
        // A few bits in the head of a frame have no meaning for its contents.
        if let Err(error) = read_all(damaged) {
            assert!(!error.explain().is_empty());
        }
    }
}

#[test]
fn a_frame_that_unpacks_to_more_than_it_says_is_an_error() {
    let bomb = zstd::bulk::compress(&vec![0_u8; LARGEST + 1], 1).unwrap();
    assert!(bomb.len() < 100 << 10);
    assert_eq!(unpack::<Service>(&bomb, usize::MAX), None);
    assert_eq!(unpack::<Service>(&bomb, 1024), None);
}

#[test]
fn every_service_that_ships_can_be_read() {
    let archive = Archive::shipped();
    for entry in archive.services().unwrap() {
        let service = archive.service(&entry.name).unwrap();
        let found = (&service.name, &service.title, &service.id, service.operations.len());
        assert_eq!(found, (&entry.name, &entry.title, &entry.id, entry.operations as usize));
        assert!(service.operations.is_sorted_by(|a, b| a.name < b.name), "{}", entry.name);
        assert!(service.waiters.is_sorted_by(|a, b| a.name < b.name), "{}", entry.name);
    }
}
