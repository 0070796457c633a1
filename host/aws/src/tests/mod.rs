//! Calls against a replay client. The tests assert on the request that left, or that none did.

mod answers;
mod athena;
mod autoscaling;
mod canned_s3;
mod cloudwatch_logs;
mod contract;
mod credentials;
pub(crate) mod directory;
mod ec2;
mod ecs;
mod elbv2;
mod errors;
mod files;
mod gate;
mod journal;
mod lambda;
mod rds;
mod repeats;
pub(crate) mod replay;
mod requests;
mod s3;
mod s3_moves;
mod ssm;
mod sts;
mod support;
