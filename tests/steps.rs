//! Every step of the catalogue does what its manual says, service by service.

mod athena;
mod autoscaling;
mod cloudwatch_logs;
pub mod ec2;
mod ecs;
mod elbv2;
mod lambda;
mod rds;
mod s3;
mod s3_host;
mod ssm;
mod vpc;
