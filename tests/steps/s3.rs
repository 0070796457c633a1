//! The S3 steps, with local files and objects in ministack.

mod copies;
mod goes_on;
mod lists;
mod moves;
mod refuses;
mod removes;
mod settings;
mod stage;
mod syncs;
