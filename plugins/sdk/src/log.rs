//! Output of a step for people.
//!
//! Lines go through the macros [`error!`](crate::error!), [`warn!`](crate::warn!), [`info!`](crate::info!),
//! [`verbose!`](crate::verbose!) and [`debug!`](crate::debug!). Besides lines there are [`table`], [`pairs`] and
//! [`link`], which the host renders on a terminal.
//!
//! ```no_run
//! use stepwell_plugin::{info, log};
//!
//! info!("{} -> {}", "stopped", "running");
//! log::table(&["instance", "state"], [[Some("i-0abc"), Some("running")], [Some("i-0def"), None]]);
//! log::pairs([("account", "123456789012"), ("region", "eu-central-1")]);
//! log::link("instance in the console", "https://console.aws.amazon.com/ec2/home");
//! ```

pub use crate::bindings::stepwell::log::log::Level;

use host::{line as host_line, link as host_link, pairs as host_pairs, table as host_table};

/// Writes one line. The macros are shorter to use.
pub fn line(level: Level, text: &str) {
    host_line(level, text);
}

/// Writes a table. A cell without a value is shown as such, not as empty text.
pub fn table<Row, Cell>(columns: &[&str], rows: impl IntoIterator<Item = Row>)
where
    Row: IntoIterator<Item = Option<Cell>>,
    Cell: Into<String>,
{
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    let rows: Vec<Vec<Option<String>>> =
        rows.into_iter().map(|row| row.into_iter().map(|cell| cell.map(Into::into)).collect()).collect();
    host_table(&columns, &rows);
}

/// Writes a block of names and values, in this order.
pub fn pairs<Name: Into<String>, Value: Into<String>>(pairs: impl IntoIterator<Item = (Name, Value)>) {
    let pairs: Vec<(String, String)> = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    host_pairs(&pairs);
}

/// Writes a link, for instance to the AWS console.
pub fn link(label: &str, url: &str) {
    host_link(label, url);
}

/// Writes a line at level `error`: something failed.
#[macro_export]
macro_rules! error {
    ($($text:tt)+) => { $crate::log::line($crate::log::Level::Error, &::std::format!($($text)+)) };
}

/// Writes a line at level `warn`: something is unexpected, and the step continues.
#[macro_export]
macro_rules! warn {
    ($($text:tt)+) => { $crate::log::line($crate::log::Level::Warn, &::std::format!($($text)+)) };
}

/// Writes a line at level `info`: information that an operator wants from every run.
#[macro_export]
macro_rules! info {
    ($($text:tt)+) => { $crate::log::line($crate::log::Level::Info, &::std::format!($($text)+)) };
}

/// Writes a line at level `verbose`: detail for a closer look.
#[macro_export]
macro_rules! verbose {
    ($($text:tt)+) => { $crate::log::line($crate::log::Level::Verbose, &::std::format!($($text)+)) };
}

/// Writes a line at level `debug`: detail for the author of the plugin.
#[macro_export]
macro_rules! debug {
    ($($text:tt)+) => { $crate::log::line($crate::log::Level::Debug, &::std::format!($($text)+)) };
}

#[cfg(target_arch = "wasm32")]
use crate::bindings::stepwell::log::log as host;

/// The host of a native `cargo test`: it prints to the test's output.
#[cfg(not(target_arch = "wasm32"))]
mod host {
    use super::Level;

    pub(super) fn line(level: Level, text: &str) {
        println!("{level:?}: {text}");
    }

    pub(super) fn table(columns: &[String], rows: &[Vec<Option<String>>]) {
        println!("{columns:?} {rows:?}");
    }

    pub(super) fn pairs(pairs: &[(String, String)]) {
        println!("{pairs:?}");
    }

    pub(super) fn link(label: &str, url: &str) {
        println!("{label}: {url}");
    }
}
