//! What is not compared, or differs, and why.

/// What is known of an emulator: reasons, each with the names for which it holds.
pub(super) struct Known {
    /// Implementations that no read reaches.
    pub(super) unreached: &'static [(&'static str, &'static [&'static str])],
    /// Services of which no call has an answer.
    pub(super) unanswered: &'static [(&'static str, &'static [&'static str])],
    /// Operations to which the host and boto3 get different answers.
    pub(super) different: &'static [(&'static str, &'static [&'static str])],
}

const NO_API: &str = "it is no API of AWS";
const NO_READ: &str = "it has no operation that reads";
const OTHER_REQUESTS: &str = "the requests go to an implementation of another API with the same host or signature";
const NONE: &str = "the emulator has no read of it";
const UNKNOWN: &str = "the boto3 of the tests is older than the service";

pub(super) const MOTO: Known = Known {
    unreached: &[
        (NO_API, &["instance_metadata", "moto_api._internal"]),
        (
            NO_READ,
            &["apigatewaymanagementapi", "ec2instanceconnect", "meteringmarketplace", "rdsdata", "sagemakerruntime"],
        ),
        ("another operation names its host", &["kinesisvideoarchivedmedia"]),
    ],
    unanswered: &[
        (
            "moto needs a package for it that the tests do not install",
            &["apigateway", "apigatewayv2", "cloudformation", "cognito-idp", "glue", "xray"],
        ),
        (
            OTHER_REQUESTS,
            &[
                "cloudhsm",
                "connectcampaignsv2",
                "greengrassv2",
                "kinesis-video-archived-media",
                "lambda-core",
                "lambda-microvms",
                "pinpoint-email",
                "resiliencehubv2",
                "s3outposts",
                "simpledbv2",
            ],
        ),
        (NONE, &["bedrock-runtime", "sagemaker-metrics"]),
        ("the answer of its one read is not of the model", &["textract"]),
        (UNKNOWN, &["connectscheduling", "lambda-web"]),
    ],
    different: &[
        (
            "moto leaves the zone out of a point in time, and the host takes no such point",
            &["macie2/GetMacieSession", "ram/ListPermissions"],
        ),
        (
            "moto answers with a boolean or an object where the model has a number",
            &["redshift-data/GetStatementResult", "textract/GetDocumentTextDetection"],
        ),
    ],
};

pub(super) const MINISTACK: Known = Known {
    unreached: &[
        (NO_API, &["ecs-metadata", "imds"]),
        (NO_READ, &["appconfigdata", "appsync-events", "rds-data"]),
        ("its requests have another signature than version 4", &["cloudfront-keyvaluestore"]),
        ("it takes those requests of `rds` that name a resource of it", &["documentdb"]),
    ],
    unanswered: &[
        (
            OTHER_REQUESTS,
            &[
                "bedrock-data-automation",
                "bedrock-data-automation-runtime",
                "connectparticipant",
                "es",
                "eventbridgev2",
                "iam-toolbox",
                "mailmanager",
                "pinpoint-email",
                "signer-data",
            ],
        ),
        ("its reads want a memory, which another service makes", &["bedrock-agentcore"]),
        ("ministack has only GetPositionEstimate, which wants measurements", &["iotwireless"]),
        (UNKNOWN, &["lambda-web"]),
    ],
    different: &[],
};
