//! The S3 steps, with files of this machine and objects of ministack.

mod copies;
mod goes_on;
mod lists;
mod moves;
mod refuses;
mod removes;
mod stage;
mod syncs;
