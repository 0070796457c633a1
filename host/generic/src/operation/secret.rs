//! Operations that answer with secrets.
//!
//! A plugin never has a secret, and an answer is journalled. Operations whose purpose is to hand one out are refused
//! ([`gives_secret`]). What looks like one in any other answer is withheld ([`withhold`]).

use std::fmt;

use serde_json::{Map, Value as Json};

use crate::model::{Kind, Member, Operation, Service};

/// In the place of a secret in an answer.
pub const WITHHELD: &str = "(withheld: a secret)";

/// Services, with their operations that hand out a secret.
const GIVERS: &[(&str, &[&str])] = &[
    ("account-access-runtime", &["GetRoleCredentials"]),
    ("acm", &["ExportCertificate", "GetAcmeExternalAccountBindingCredentials"]),
    ("amplifyuibuilder", &["ExchangeCodeForToken", "RefreshToken"]),
    ("apigateway", &["CreateApiKey", "GetApiKey", "GetApiKeys", "UpdateApiKey"]),
    ("appstream", &["CreateAppBlockBuilderStreamingURL", "CreateImageBuilderStreamingURL", "CreateStreamingURL"]),
    ("appsync", &["CreateApiKey", "ListApiKeys", "UpdateApiKey"]),
    ("athena", &["CreatePresignedNotebookUrl", "GetSessionEndpoint"]),
    (
        "bedrock-agentcore",
        &[
            "GetResourceApiKey",
            "GetResourceOauth2Token",
            "GetResourcePaymentToken",
            "GetWorkloadAccessToken",
            "GetWorkloadAccessTokenForJWT",
            "GetWorkloadAccessTokenForUserId",
        ],
    ),
    ("chime", &["CreateBot", "GetBot", "RegenerateSecurityToken"]),
    ("chime-sdk-meetings", &["BatchCreateAttendee", "CreateAttendee", "CreateMeetingWithAttendees", "GetAttendee"]),
    ("cloudwatchomni", &["CreateOneTimeDeepLinkCode", "GetSpaceCredentialsForOrganization", "GetSpaceDataAccess"]),
    ("codeartifact", &["GetAuthorizationToken"]),
    ("codecatalyst", &["CreateAccessToken"]),
    ("codepipeline", &["GetJobDetails", "GetThirdPartyJobDetails", "PollForJobs"]),
    ("cognito-identity", &["GetCredentialsForIdentity", "GetOpenIdToken", "GetOpenIdTokenForDeveloperIdentity"]),
    (
        "cognito-idp",
        &[
            "AdminInitiateAuth",
            "AdminRespondToAuthChallenge",
            "AssociateSoftwareToken",
            "CreateUserPoolClient",
            "DescribeUserPoolClient",
            "GetClientToken",
            "GetDerivedToken",
            "GetTokensFromRefreshToken",
            "InitiateAuth",
            "RespondToAuthChallenge",
            "UpdateUserPoolClient",
        ],
    ),
    ("connect", &["CreateAuthCode", "CreateParticipant", "GetFederationToken"]),
    ("connectparticipant", &["CreateParticipantConnection"]),
    ("datazone", &["GetConnection", "GetEnvironmentCredentials", "GetIamPortalLoginUrl"]),
    (
        "deadline",
        &[
            "AssumeFleetRoleForRead",
            "AssumeFleetRoleForWorker",
            "AssumeQueueRoleForRead",
            "AssumeQueueRoleForUser",
            "AssumeQueueRoleForWorker",
        ],
    ),
    ("devicefarm", &["CreateTestGridUrl"]),
    ("ec2", &["CreateKeyPair", "GetPasswordData"]),
    ("ecr", &["GetAuthorizationToken"]),
    ("ecr-public", &["GetAuthorizationToken"]),
    ("eks-auth", &["AssumeRoleForPodIdentity"]),
    ("emr", &["GetClusterSessionCredentials", "GetSessionEndpoint"]),
    ("emr-containers", &["GetManagedEndpointSessionCredentials"]),
    ("emr-serverless", &["GetSessionEndpoint"]),
    ("gamelift", &["GetComputeAuthToken", "GetInstanceAccess", "RequestUploadCredentials"]),
    ("glue", &["GetSessionEndpoint"]),
    ("grafana", &["CreateWorkspaceApiKey", "CreateWorkspaceServiceAccountToken"]),
    (
        "iam",
        &[
            "CreateAccessKey",
            "CreateServiceSpecificCredential",
            "CreateVirtualMFADevice",
            "ResetServiceSpecificCredential",
        ],
    ),
    ("iot", &["CreateKeysAndCertificate", "CreateProvisioningClaim"]),
    ("iot-managed-integrations", &["CreateProvisioningProfile"]),
    ("iotsecuretunneling", &["OpenTunnel", "RotateTunnelAccessToken"]),
    ("ivs", &["BatchGetStreamKey", "CreateChannel", "CreateStreamKey", "GetStreamKey"]),
    ("ivs-realtime", &["CreateIngestConfiguration", "CreateParticipantToken", "CreateStage", "GetIngestConfiguration"]),
    ("ivschat", &["CreateChatToken"]),
    ("kinesis-video-signaling", &["GetIceServerConfig"]),
    ("kinesisanalyticsv2", &["CreateApplicationPresignedUrl"]),
    ("kms", &["Decrypt", "DeriveSharedSecret", "GenerateDataKey", "GenerateDataKeyPair", "GenerateRandom"]),
    (
        "lakeformation",
        &[
            "AssumeDecoratedRoleWithSAML",
            "GetTemporaryDataLocationCredentials",
            "GetTemporaryGlueFunctionCredentials",
            "GetTemporaryGluePartitionCredentials",
            "GetTemporaryGlueTableCredentials",
        ],
    ),
    ("lambda-microvms", &["CreateMicrovmAuthToken", "CreateMicrovmShellAuthToken"]),
    ("license-manager", &["CreateToken", "GetAccessToken"]),
    (
        "lightsail",
        &[
            "CreateBucketAccessKey",
            "CreateContainerServiceRegistryLogin",
            "CreateGUISessionAccessDetails",
            "CreateKeyPair",
            "DownloadDefaultKeyPair",
            "GetBucketAccessKeys",
            "GetInstanceAccessDetails",
            "GetRelationalDatabaseMasterUserPassword",
        ],
    ),
    ("location", &["CreateKey", "DescribeKey"]),
    ("managedblockchain", &["CreateAccessor", "GetAccessor"]),
    ("mwaa", &["CreateCliToken", "CreateWebLoginToken"]),
    ("mwaa-serverless", &["CreateAirflowUiUrl"]),
    ("payment-cryptography", &["ExportKey"]),
    ("payment-cryptography-data", &["DecryptData"]),
    ("pca-connector-scep", &["CreateChallenge", "GetChallengePassword"]),
    ("pcs", &["RegisterComputeNodeGroupInstance"]),
    (
        "quicksight",
        &[
            "GenerateEmbedUrlForAnonymousUser",
            "GenerateEmbedUrlForRegisteredUser",
            "GenerateEmbedUrlForRegisteredUserWithIdentity",
            "GetDashboardEmbedUrl",
            "GetSessionEmbedUrl",
        ],
    ),
    ("redshift", &["GetClusterCredentials", "GetClusterCredentialsWithIAM", "GetIdentityCenterAuthToken"]),
    ("redshift-serverless", &["GetCredentials", "GetIdentityCenterAuthToken"]),
    ("route53domains", &["RetrieveDomainAuthCode"]),
    ("route53globalresolver", &["CreateAccessToken", "GetAccessToken"]),
    ("s3", &["CreateSession"]),
    ("s3control", &["GetDataAccess"]),
    (
        "sagemaker",
        &[
            "CreateHubContentPresignedUrls",
            "CreatePartnerAppPresignedUrl",
            "CreatePresignedDomainUrl",
            "CreatePresignedMlflowAppUrl",
            "CreatePresignedMlflowTrackingServerUrl",
            "CreatePresignedNotebookInstanceUrl",
            "StartSession",
        ],
    ),
    ("secretsmanager", &["BatchGetSecretValue", "GetRandomPassword", "GetSecretValue"]),
    (
        "signin",
        &["CreateBearerToken", "CreateOAuth2Token", "CreateOAuth2TokenWithIAM", "CreateOAuth2TokenWithTokenExchange"],
    ),
    ("ssm", &["CreateActivation", "GetAccessToken", "ResumeSession", "StartSession"]),
    ("sso", &["GetRoleCredentials"]),
    ("sso-oidc", &["CreateToken", "CreateTokenWithIAM", "RegisterClient", "StartDeviceAuthorization"]),
    (
        "sts",
        &[
            "AssumeRole",
            "AssumeRoleWithSAML",
            "AssumeRoleWithWebIdentity",
            "AssumeRoot",
            "GetDelegatedAccessToken",
            "GetFederationToken",
            "GetScopedCredentials",
            "GetSessionToken",
            "GetWebIdentityToken",
        ],
    ),
    ("wafv2", &["CreateAPIKey", "GetDecryptedAPIKey", "ListAPIKeys"]),
    ("workmail", &["AssumeImpersonationRole"]),
];

/// Operations that hand out a secret only when a member of the request is `true`.
const DECRYPTERS: &[(&str, &[&str], &str)] =
    &[("ssm", &["GetParameter", "GetParameterHistory", "GetParameters", "GetParametersByPath"], "WithDecryption")];

/// Why a call is refused: its answer would hold a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretAnswer {
    /// The operation.
    pub operation: String,
    /// The member that asks for the secret. None: the operation always answers with one.
    pub member: Option<&'static str>,
}

impl fmt::Display for SecretAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            Some(member) => {
                write!(f, "`{}` with `{member}` answers with a secret, which no plugin may have", self.operation)
            }
            None => write!(f, "`{}` answers with a secret, which no plugin may have", self.operation),
        }
    }
}

/// Whether every answer of the operation holds a secret.
pub fn gives_secret(service: &Service, operation: &Operation) -> bool {
    GIVERS.iter().any(|(name, operations)| *name == service.name && operations.contains(&operation.name.as_str()))
}

/// Why this request would be answered with a secret.
pub fn answers_with_secret(service: &Service, operation: &Operation, request: &Json) -> Option<SecretAnswer> {
    let of = |member| SecretAnswer { operation: operation.name.clone(), member };
    if gives_secret(service, operation) {
        return Some(of(None));
    }
    let decrypts = |(name, operations, member): &&(&str, &[&str], &str)| {
        let is_off = matches!(request.get(*member), None | Some(Json::Bool(false) | Json::Null));
        *name == service.name && operations.contains(&operation.name.as_str()) && !is_off
    };
    DECRYPTERS.iter().find(decrypts).map(|(_, _, member)| of(Some(member)))
}

/// Names of members that hold a secret, without upper case.
const SECRETS: &[&str] = &[
    "accesstoken",
    "authcode",
    "authtoken",
    "authorizationtoken",
    "bearertoken",
    "clientsecret",
    "idtoken",
    "jointoken",
    "participanttoken",
    "password",
    "presignedurl",
    "privatekey",
    "refreshtoken",
    "secretaccesskey",
    "secretkey",
    "secretstring",
    "secretbinary",
    "sessiontoken",
    "sharedsecret",
    "signedurl",
];

/// Parts of the name of a member that the model calls sensitive, when it is more than the data of a person.
const SENSITIVE: &[&str] = &[
    "activationcode",
    "activationkey",
    "apikey",
    "credential",
    // Of a VPN connection: an XML document with its pre-shared keys.
    "customergatewayconfiguration",
    "keymaterial",
    "passphrase",
    "password",
    "plaintext",
    "presharedkey",
    "privatekey",
    "secret",
    "streamkey",
    "token",
];

fn is_secret(name: &str, is_sensitive: bool) -> bool {
    // A map has its names in the style of whoever wrote it: `client_secret`, `DB_PASSWORD`.
    let name = name.replace(['_', '-'], "").to_ascii_lowercase();
    // `NextToken` leads to the next page, `SecretArn` to a secret that stays where it is.
    let is_reference = ["arn", "id", "name"].iter().any(|end| name.ends_with(end));
    let is_page = name.contains("nexttoken") || name.contains("pagetoken") || name.contains("paginationtoken");
    let is_named = SECRETS.iter().any(|secret| name.ends_with(secret));
    let is_likely = is_sensitive && SENSITIVE.iter().any(|part| name.contains(part));
    !is_reference && !is_page && (is_named || is_likely)
}

/// Replaces what looks like a secret in an answer.
pub fn withhold(service: &Service, operation: &Operation, answer: &mut Json) {
    if let Some(output) = &operation.output {
        Part { service, name: "", is_sensitive: false }.withhold(output, answer);
    }
}

/// A part of an answer.
#[derive(Clone, Copy)]
struct Part<'a> {
    service: &'a Service,
    /// Its name: that of the member. The items of a list have the name of the list.
    name: &'a str,
    /// Whether the model calls it, or what it is a part of, sensitive.
    is_sensitive: bool,
}

impl Part<'_> {
    fn withhold(self, member: &Member, value: &mut Json) {
        let shape = self.service.shape(member);
        let inner = Part { is_sensitive: self.is_sensitive || shape.is_sensitive, ..self };
        match (&shape.kind, value) {
            (Kind::Structure(structure), Json::Object(fields)) => {
                for field in &structure.fields {
                    let own = name_of_value(&field.name, fields);
                    if let Some(value) = fields.get_mut(&field.name) {
                        Part { name: own.as_deref().unwrap_or(&field.name), ..inner }.withhold(&field.member, value);
                    }
                }
            }
            (Kind::List { member, .. }, Json::Array(items)) => {
                items.iter_mut().for_each(|item| inner.withhold(member, item));
            }
            (Kind::Map { value: member, .. }, Json::Object(entries)) => {
                let is_whole = is_secret(self.name, inner.is_sensitive || self.service.shape(member).is_sensitive);
                for (name, value) in entries {
                    Part { name: if is_whole { self.name } else { name }, ..inner }.withhold(member, value);
                }
            }
            (Kind::Text { .. } | Kind::Blob | Kind::Document, value)
                if is_secret(self.name, inner.is_sensitive) && !is_arn(value) =>
            {
                *value = Json::from(WITHHELD);
            }
            _ => {}
        }
    }
}

/// The name of the value in a member such as `value` or `ParameterValue`, when it is that of a secret. It stands beside
/// the value, in `name`, `Key`, `OptionName` or `ParameterKey`.
fn name_of_value(member: &str, fields: &Map<String, Json>) -> Option<String> {
    let is_value = member.to_ascii_lowercase().ends_with("value");
    let is_name = |member: &str| ["name", "key"].iter().any(|end| member.to_ascii_lowercase().ends_with(end));
    let mut names =
        fields.iter().filter(|(member, _)| is_value && is_name(member)).filter_map(|(_, name)| name.as_str());
    names.find(|name| is_secret(name, false)).map(str::to_owned)
}

/// Whether a value is the ARN of something, such as of a secret that stays where it is.
fn is_arn(value: &Json) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("arn:"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::archive::Archive;

    #[test]
    fn a_secret_is_known_by_its_name() {
        for name in
            ["MasterUserPassword", "SecretAccessKey", "SessionToken", "preSignedUrl", "client_secret", "DB_PASSWORD"]
        {
            assert!(is_secret(name, false), "{name}");
        }
        for name in ["NextToken", "SecretArn", "KeyId", "PasswordPolicy", "LockToken", "TokenValidity", "RoleName"] {
            assert!(!is_secret(name, false), "{name}");
        }
        assert!(is_secret("DbUserToken", true));
        assert!(!is_secret("nextToken", true));
        assert!(!is_secret("EmailAddress", true));
    }

    #[test]
    fn a_value_has_the_name_that_stands_beside_it() {
        for (member, fields, expected) in [
            ("value", json!({ "name": "DB_PASSWORD", "value": "" }), Some("DB_PASSWORD")),
            ("ParameterValue", json!({ "ParameterKey": "Password", "ParameterValue": "" }), Some("Password")),
            ("Value", json!({ "ResourceName": "web", "OptionName": "Password", "Value": "" }), Some("Password")),
            ("Value", json!({ "Key": "LEVEL", "Value": "" }), None),
            ("Status", json!({ "Name": "Password", "Status": "" }), None),
        ] {
            let name = name_of_value(member, fields.as_object().unwrap());
            assert_eq!(name.as_deref(), expected, "{member} of {fields}");
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_withheld_at_any_depth() {
        for (service, operation, answer, expected) in [
            // A map under the name of a secret, and one whose values are ARNs of secrets.
            (
                "lambda-microvms",
                "CreateMicrovmAuthToken",
                json!({ "authToken": { "header": "s" } }),
                json!({ "authToken": { "header": WITHHELD } }),
            ),
            (
                "apprunner",
                "DescribeService",
                json!({ "Service": { "SourceConfiguration": { "ImageRepository": { "ImageConfiguration": {
                    "RuntimeEnvironmentSecrets": { "A": "arn:aws:ssm:r:1:parameter/a" },
                    "RuntimeEnvironmentVariables": { "A": "a", "DB_PASSWORD": "s" },
                } } } } }),
                json!({ "Service": { "SourceConfiguration": { "ImageRepository": { "ImageConfiguration": {
                    "RuntimeEnvironmentSecrets": { "A": "arn:aws:ssm:r:1:parameter/a" },
                    "RuntimeEnvironmentVariables": { "A": "a", "DB_PASSWORD": WITHHELD },
                } } } } }),
            ),
            // Values with their names beside them.
            (
                "ecs",
                "DescribeTaskDefinition",
                json!({ "taskDefinition": { "containerDefinitions": [{ "environment": [
                    { "name": "DB_PASSWORD", "value": "s" }, { "name": "DB_PASSWORD_ARN", "value": "arn" },
                    { "name": "LEVEL", "value": "debug" },
                ] }] } }),
                json!({ "taskDefinition": { "containerDefinitions": [{ "environment": [
                    { "name": "DB_PASSWORD", "value": WITHHELD }, { "name": "DB_PASSWORD_ARN", "value": "arn" },
                    { "name": "LEVEL", "value": "debug" },
                ] }] } }),
            ),
            // An XML document with pre-shared keys.
            (
                "ec2",
                "DescribeVpnConnections",
                json!({ "VpnConnections": [{ "VpnConnectionId": "vpn-1", "CustomerGatewayConfiguration": "<s/>",
                    "Options": { "TunnelOptions": [{ "PreSharedKey": "s" }] } }] }),
                json!({ "VpnConnections": [{ "VpnConnectionId": "vpn-1", "CustomerGatewayConfiguration": WITHHELD,
                    "Options": { "TunnelOptions": [{ "PreSharedKey": WITHHELD }] } }] }),
            ),
        ] {
            let service = Archive::shipped().service(service).unwrap();
            let mut answer = answer;
            withhold(&service, service.operation(operation).unwrap(), &mut answer);
            assert_eq!(answer, expected, "{operation}");
        }
    }

    /// A value of DynamoDB is a map of values. Each level is looked at once.
    #[test]
    fn a_deep_answer_is_looked_through_once() {
        let service = Archive::shipped().service("dynamodb").unwrap();
        let mut deep = json!({ "S": "x" });
        for _ in 0..60 {
            deep = json!({ "M": { "password": deep } });
        }
        let mut answer = json!({ "Item": { "a": deep } });
        withhold(&service, service.operation("GetItem").unwrap(), &mut answer);
    }

    #[test]
    fn every_operation_of_the_tables_exists() {
        let operations = GIVERS.iter().flat_map(|(service, of)| of.iter().map(move |name| (service, name)));
        let decrypters = DECRYPTERS.iter().flat_map(|(service, of, _)| of.iter().map(move |name| (service, name)));
        for (service, name) in operations.chain(decrypters) {
            let found = Archive::shipped().service(service).unwrap().operation(name).is_some();
            assert!(found, "{service}:{name}");
        }
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(GIVERS.is_sorted_by_key(|(service, _)| *service));
    }
}
