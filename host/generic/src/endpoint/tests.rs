use super::*;
use crate::archive::Archive;

fn text(value: &str) -> Template {
    Template(vec![Piece::Literal(value.to_owned())])
}

fn variable(name: &str) -> Piece {
    Piece::Variable(name.to_owned(), Vec::new())
}

fn parameter(name: &str, built_in: Option<BuiltIn>) -> Parameter {
    Parameter { name: name.to_owned(), kind: ParameterKind::Text, required: false, default: None, built_in }
}

fn ending_at(url: Vec<Piece>) -> Outcome {
    Outcome::Endpoint(EndpointTemplate {
        url: Expression::Text(Template(url)),
        headers: Vec::new(),
        auth: Vec::new(),
        backend: None,
        metrics: Vec::new(),
    })
}

fn rules(url: Vec<Piece>) -> RuleSet {
    let parameters = vec![
        parameter("Bucket", None),
        parameter("Endpoint", Some(BuiltIn::Endpoint)),
        parameter("Region", Some(BuiltIn::Region)),
    ];
    RuleSet { parameters, rules: vec![Rule { conditions: Vec::new(), outcome: ending_at(url) }] }
}

fn literal(text: &str) -> Piece {
    Piece::Literal(text.to_owned())
}

fn given(values: &[(&str, &str)]) -> Parameters {
    values.iter().map(|(name, value)| ((*name).to_owned(), Scalar::Text((*value).to_owned()))).collect()
}

fn url(rules: &RuleSet, values: &[(&str, &str)]) -> Result<String, EndpointError> {
    resolve(rules, &Partitions::default(), &given(values)).map(|endpoint| endpoint.url)
}

const HOSTILE: [&str; 34] = [
    "",
    ".",
    "..",
    "...",
    "a..b",
    ".a",
    "a.",
    "-a",
    "a-",
    "evil.com/",
    "evil.com/x",
    "evil.com\\",
    "evil.com#",
    "evil.com?",
    "evil.com:443",
    "evil.com:443/",
    "user@evil.com",
    "@evil.com",
    "user:pass@evil.com/",
    "evil.com%2f",
    "%2e%2e",
    "evil.com%00",
    "evil.com\0",
    "evil.com\r\nx: y",
    "evil.com\t",
    "evil com",
    "ä",
    "evil\u{ff0e}com\u{2044}",
    "evil。com",
    "https://evil.com",
    "//evil.com",
    "[::1]",
    "{Region}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

#[test]
fn a_value_of_the_request_stays_inside_its_label() {
    let rules = rules(vec![literal("https://"), variable("Bucket"), literal(".s3.amazonaws.com")]);
    assert_eq!(url(&rules, &[("Bucket", "my.bucket-1")]).unwrap(), "https://my.bucket-1.s3.amazonaws.com");
    for value in HOSTILE {
        assert!(matches!(url(&rules, &[("Bucket", value)]), Err(EndpointError::Host { .. })), "{value:?}");
    }
}

#[test]
fn a_value_of_the_request_stays_inside_its_segment_of_the_path() {
    let rules = rules(vec![literal("https://s3.amazonaws.com/"), variable("Bucket"), literal("/x")]);
    assert_eq!(url(&rules, &[("Bucket", "a%20b_~.")]).unwrap(), "https://s3.amazonaws.com/a%20b_~./x");
    for value in ["", ".", "..", "a/b", "a?b", "a#b", "a\\b", "a b", "ä"] {
        assert!(url(&rules, &[("Bucket", value)]).is_err(), "{value:?}");
    }
}

#[test]
fn the_request_chooses_neither_the_scheme_nor_the_end_of_the_host() {
    let end = rules(vec![literal("https://s3."), variable("Region")]);
    assert!(matches!(url(&end, &[("Region", "evil.com")]), Err(EndpointError::Host { .. })));
    let top = rules(vec![literal("https://s3."), variable("Region"), literal(".com")]);
    assert!(matches!(url(&top, &[("Region", "evil")]), Err(EndpointError::Host { .. })));
    let whole = rules(vec![variable("Region")]);
    assert!(matches!(url(&whole, &[("Region", "https://evil.com")]), Err(EndpointError::Host { .. })));
    let scheme = rules(vec![variable("Region"), literal("://a.amazonaws.com")]);
    assert!(matches!(url(&scheme, &[("Region", "http")]), Err(EndpointError::Host { .. })));
}

#[test]
fn the_operator_chooses_the_whole_endpoint() {
    let whole = rules(vec![variable("Endpoint")]);
    assert_eq!(url(&whole, &[("Endpoint", "http://localhost:4566")]).unwrap(), "http://localhost:4566");
    let with_bucket = rules(vec![literal("http://"), variable("Bucket"), literal("."), variable("Endpoint")]);
    let values = [("Endpoint", "localhost:4566"), ("Bucket", "b")];
    assert_eq!(url(&with_bucket, &values).unwrap(), "http://b.localhost:4566");
    assert!(url(&with_bucket, &[("Endpoint", "localhost:4566"), ("Bucket", "evil.com/")]).is_err());
}

/// Every text of every rule set, with every hostile value, alone and as a part of an ARN.
#[test]
fn no_value_leads_a_request_of_any_service_out_of_awss_domains() {
    let archive = Archive::shipped();
    let partitions = archive.partitions().unwrap();
    let mut resolved = 0;
    for entry in archive.services().unwrap() {
        let rules = &archive.service(&entry.name).unwrap().endpoints;
        for parameter in &rules.parameters {
            if parameter.kind == ParameterKind::Bool || parameter.built_in == Some(BuiltIn::Endpoint) {
                continue;
            }
            for value in HOSTILE {
                for value in forms(value) {
                    let given = with(rules, &parameter.name, &value);
                    let Ok(endpoint) = resolve(rules, &partitions, &given) else { continue };
                    resolved += 1;
                    let name = format!("{}, {} = {value:?}: {}", entry.name, parameter.name, endpoint.url);
                    assert_eq!(check_url(&endpoint.url, None), Ok(()), "{name}");
                    let (host, _) = check::split_path(endpoint.url.strip_prefix("https://").unwrap());
                    assert!(!host.contains("evil") || is_awss(host, &partitions), "{name}");
                }
            }
        }
    }
    println!("{resolved} endpoints in spite of a hostile value");
    assert!(resolved > 0);
}

fn is_awss(host: &str, partitions: &Partitions) -> bool {
    let suffixes = partitions.0.iter().flat_map(|partition| [&partition.dns_suffix, &partition.dual_stack_dns_suffix]);
    suffixes.into_iter().any(|suffix| host.ends_with(&format!(".{suffix}")))
}

fn forms(value: &str) -> [String; 6] {
    [
        value.to_owned(),
        format!("arn:aws:s3:us-west-2:123456789012:accesspoint:{value}"),
        format!("arn:aws:s3:{value}:123456789012:accesspoint:name"),
        format!("arn:aws:s3-outposts:us-west-2:{value}:outpost:op-1:accesspoint:name"),
        format!("arn:aws:kinesis:us-west-2:{value}:stream/{value}"),
        format!("{value}--use1-az4--x-s3"),
    ]
}

fn with(rules: &RuleSet, name: &str, value: &str) -> Parameters {
    let mut given = given(&[("Region", "us-west-2"), ("AccountId", "123456789012"), ("Bucket", "bucket")]);
    given.retain(|name, _| rules.parameters.iter().any(|parameter| parameter.name == *name));
    let is_list =
        rules.parameters.iter().any(|parameter| parameter.name == name && parameter.kind == ParameterKind::Texts);
    let scalar = if is_list { Scalar::Texts(vec![value.to_owned()]) } else { Scalar::Text(value.to_owned()) };
    given.insert(name.to_owned(), scalar);
    given
}

#[test]
fn a_parameter_without_a_value_or_with_another_type_is_named() {
    let mut rules = rules(vec![literal("https://a.amazonaws.com")]);
    rules.parameters[0].required = true;
    assert_eq!(url(&rules, &[]), Err(EndpointError::Missing { parameter: "Bucket".to_owned() }));
    let given = Parameters::from([("Bucket".to_owned(), Scalar::Bool(true))]);
    let error = resolve(&rules, &Partitions::default(), &given).unwrap_err();
    assert_eq!(error, EndpointError::WrongType { parameter: "Bucket".to_owned() });
    rules.parameters[0].default = Some(Scalar::Text("x".to_owned()));
    assert!(url(&rules, &[]).is_ok());
}

#[test]
fn a_rule_that_does_not_apply_takes_its_variables_back() {
    let assign = |call: Call, name: &str| Condition { call, assign: Some(name.to_owned()) };
    let host = Expression::Text(text("b"));
    let takes = assign(Call::UriEncode(host), "Bucket");
    let fails = Condition { call: Call::IsSet(Expression::Variable("Endpoint".to_owned())), assign: None };
    let never = Rule { conditions: vec![takes, fails], outcome: Outcome::Error(text("never")) };
    let mut rules = rules(vec![literal("https://"), variable("Bucket"), literal(".amazonaws.com")]);
    rules.rules.insert(0, never);
    assert_eq!(url(&rules, &[("Bucket", "a")]).unwrap(), "https://a.amazonaws.com");
}

#[test]
fn a_tree_that_was_entered_is_not_left() {
    let mut rules = rules(vec![literal("https://a.amazonaws.com")]);
    let never = Condition { call: Call::IsSet(Expression::Variable("Bucket".to_owned())), assign: None };
    let inner = Rule { conditions: vec![never], outcome: Outcome::Error(text("never")) };
    rules.rules.insert(0, Rule { conditions: Vec::new(), outcome: Outcome::Tree(vec![inner]) });
    assert_eq!(url(&rules, &[]), Err(EndpointError::NoRule));
}

#[test]
fn rules_without_end_are_an_error() {
    let mut rule = Rule { conditions: Vec::new(), outcome: ending_at(vec![literal("https://a.amazonaws.com")]) };
    for _ in 0..100 {
        rule = Rule { conditions: Vec::new(), outcome: Outcome::Tree(vec![rule]) };
    }
    let rules = RuleSet { parameters: Vec::new(), rules: vec![rule] };
    assert_eq!(url(&rules, &[]), Err(EndpointError::TooDeep));
}

#[test]
fn a_host_prefix_makes_a_host_name_or_an_error() {
    let rules = rules(vec![literal("https://a.amazonaws.com/x")]);
    let endpoint = || resolve(&rules, &Partitions::default(), &Parameters::new()).unwrap();
    assert_eq!(endpoint().with_host_prefix("123.data-").unwrap().url, "https://123.data-a.amazonaws.com/x");
    for prefix in HOSTILE.into_iter().filter(|prefix| !["", "-a", "a.", "a-"].contains(prefix)) {
        let error = endpoint().with_host_prefix(&format!("{prefix}."));
        assert!(error.is_err(), "{prefix:?}: {error:?}");
    }
}

#[test]
fn a_region_is_in_the_partition_that_lists_it_or_that_it_looks_like() {
    let partitions = Archive::shipped().partitions().unwrap();
    for (region, name) in [
        ("eu-central-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-new-9", "aws-iso-b"),
        ("eusc-de-east-1", "aws-eusc"),
        ("aws-cn-global", "aws-cn"),
        ("mars-north-1", "aws"),
        ("", "aws"),
    ] {
        assert_eq!(partitions.of(region).unwrap().name, name, "{region}");
    }
}

#[test]
fn no_label_of_the_rules_stays_before_an_address() {
    for (own, found, expected) in [
        ("http://127.0.0.1:4566", "http://123456789012.127.0.0.1:4566/v1", "http://127.0.0.1:4566/v1"),
        ("http://[::1]:4566", "http://123456789012.[::1]:4566", "http://[::1]:4566"),
        ("http://127.0.0.1:4566/base", "http://127.0.0.1:4566/base", "http://127.0.0.1:4566/base"),
        ("https://aws.example", "https://123456789012.aws.example", "https://123456789012.aws.example"),
        ("http://7.0.0.1", "http://127.0.0.1", "http://127.0.0.1"),
    ] {
        let rules = rules(vec![literal(found)]);
        let endpoint = resolve(&rules, &Partitions::default(), &Parameters::new()).expect("the rules are constant");
        assert_eq!(endpoint.without_labels_before_address(own).url, expected);
    }
}
