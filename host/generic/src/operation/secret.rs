//! Operations that answer with secrets.
//!
//! A plugin never has a secret, and an answer is journalled. Operations whose purpose is to hand one out are refused
//! ([`gives_secret`]). What looks like one in any other answer is withheld ([`withhold`]).

use std::fmt;

use serde_json::Value as Json;

use crate::model::{Kind, Member, Operation, Service};

/// In the place of a secret in an answer.
pub const WITHHELD: &str = "(withheld: a secret)";

/// Services, with their operations that hand out a secret.
const GIVERS: &[(&str, &[&str])] = &[
    ("account-access-runtime", &["GetRoleCredentials"]),
    ("acm", &["ExportCertificate"]),
    ("amplifyuibuilder", &["ExchangeCodeForToken", "RefreshToken"]),
    ("apigateway", &["CreateApiKey", "GetApiKey", "GetApiKeys", "UpdateApiKey"]),
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
    ("cloudwatchomni", &["GetSpaceCredentialsForOrganization", "GetSpaceDataAccess"]),
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
    ("iam", &["CreateAccessKey", "CreateServiceSpecificCredential", "ResetServiceSpecificCredential"]),
    ("iot", &["CreateKeysAndCertificate", "CreateProvisioningClaim"]),
    ("iot-managed-integrations", &["CreateProvisioningProfile"]),
    ("iotsecuretunneling", &["OpenTunnel", "RotateTunnelAccessToken"]),
    ("ivs", &["BatchGetStreamKey", "CreateChannel", "CreateStreamKey", "GetStreamKey"]),
    ("ivs-realtime", &["CreateIngestConfiguration", "CreateParticipantToken", "CreateStage", "GetIngestConfiguration"]),
    ("ivschat", &["CreateChatToken"]),
    ("kinesis-video-signaling", &["GetIceServerConfig"]),
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
    ("license-manager", &["CreateToken", "GetAccessToken"]),
    (
        "lightsail",
        &[
            "CreateBucketAccessKey",
            "CreateContainerServiceRegistryLogin",
            "CreateKeyPair",
            "DownloadDefaultKeyPair",
            "GetBucketAccessKeys",
            "GetInstanceAccessDetails",
            "GetRelationalDatabaseMasterUserPassword",
        ],
    ),
    ("mwaa", &["CreateCliToken", "CreateWebLoginToken"]),
    ("payment-cryptography", &["ExportKey"]),
    ("payment-cryptography-data", &["DecryptData"]),
    ("pca-connector-scep", &["CreateChallenge", "GetChallengePassword"]),
    ("pcs", &["RegisterComputeNodeGroupInstance"]),
    ("redshift", &["GetClusterCredentials", "GetClusterCredentialsWithIAM", "GetIdentityCenterAuthToken"]),
    ("redshift-serverless", &["GetCredentials", "GetIdentityCenterAuthToken"]),
    ("route53domains", &["RetrieveDomainAuthCode"]),
    ("s3", &["CreateSession"]),
    ("s3control", &["GetDataAccess"]),
    ("secretsmanager", &["BatchGetSecretValue", "GetRandomPassword", "GetSecretValue"]),
    (
        "signin",
        &["CreateBearerToken", "CreateOAuth2Token", "CreateOAuth2TokenWithIAM", "CreateOAuth2TokenWithTokenExchange"],
    ),
    ("ssm", &["GetAccessToken", "StartSession", "ResumeSession"]),
    ("sso", &["GetRoleCredentials"]),
    ("sso-oidc", &["CreateToken", "CreateTokenWithIAM", "RegisterClient"]),
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
const SENSITIVE: &[&str] = &["credential", "keymaterial", "password", "plaintext", "privatekey", "secret", "token"];

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
        replace(service, output, answer);
    }
}

fn replace(service: &Service, member: &Member, value: &mut Json) {
    match (&service.shape(member).kind, value) {
        (Kind::Structure(structure), Json::Object(fields)) => {
            for field in &structure.fields {
                if let Some(value) = fields.get_mut(&field.name) {
                    replace_named(service, &field.name, &field.member, value);
                }
            }
        }
        (Kind::List { member, .. }, Json::Array(items)) => {
            items.iter_mut().for_each(|item| replace(service, member, item));
        }
        (Kind::Map { value: member, .. }, Json::Object(entries)) => {
            entries.iter_mut().for_each(|(name, value)| replace_named(service, name, member, value));
        }
        _ => {}
    }
}

/// A member, or an entry of a map.
fn replace_named(service: &Service, name: &str, member: &Member, value: &mut Json) {
    let shape = service.shape(member);
    let is_scalar = matches!(shape.kind, Kind::Text { .. } | Kind::Blob | Kind::Document);
    if is_scalar && is_secret(name, shape.is_sensitive) {
        *value = Json::from(WITHHELD);
    } else {
        replace(service, member, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_tables_are_sorted() {
        assert!(GIVERS.is_sorted_by_key(|(service, _)| *service));
    }
}
