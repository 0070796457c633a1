//! `s3 sync` to an empty bucket, by the step and by the AWS CLI: many small files, and a large one.

use std::fmt;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};

use super::measure::{Cost, Measure, median};
use crate::emulator::{AwsClient, Identities, Keys, Ministack, direct_to};
use crate::python::Venv;
use crate::repository;
use crate::task::{TaskError, name};

/// The number of rounds. The first one compiles the plugin and warms the disk caches, and does not count.
pub(super) const ROUNDS: usize = 4;

/// The uploads: the name of a directory, the number of its files, and the sizes of the smallest and the largest.
const LOADS: [(&str, u64, u64, u64); 2] = [("small", 2_000, 1 << 10, 16 << 10), ("large", 1, 512_000_000, 512_000_000)];

/// Both programs with one load.
pub(super) struct Synced {
    files: u64,
    bytes: u64,
    stepwell: Cost,
    aws_cli: Cost,
}

/// Measures both programs in turns.
pub(super) fn synced(
    measure: &Measure,
    program: &Path,
    home: &Path,
    tests: &Venv,
    others: &Venv,
) -> Result<Vec<Synced>, TaskError> {
    let home = home.join("s3");
    lend(&home)?;
    LOADS.iter().map(|load| sync(measure, &Site { program, home: &home, tests, others }, *load)).collect()
}

struct Site<'a> {
    program: &'a Path,
    home: &'a Path,
    tests: &'a Venv,
    others: &'a Venv,
}

fn sync(measure: &Measure, site: &Site<'_>, load: (&str, u64, u64, u64)) -> Result<Synced, TaskError> {
    let (load, files, smallest, largest) = load;
    let bytes = write_files(&site.home.join(load), files, smallest..=largest)?;
    // One server for each load, because it keeps all objects in memory.
    let ministack = Ministack::start(site.tests, Identities::Ignored)?;
    let mut aws = ministack.client()?;
    let mut costs = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (ran, how) in costs.iter_mut().zip([by_stepwell, by_aws_cli]) {
            aws.call("s3", "CreateBucket", json!({ "Bucket": load, "CreateBucketConfiguration": place() }))?;
            let mut command = how(site, load);
            direct_to(&mut command, ministack.endpoint(), &Keys::root());
            ran.push(measure.run(&command)?);
            must_hold(&mut aws, load, (files, bytes), &command)?;
            empty(&mut aws, load)?;
        }
    }
    let [stepwell, aws_cli] = costs.map(|ran| median(&ran));
    Ok(Synced { files, bytes, stepwell, aws_cli })
}

fn place() -> Json {
    json!({ "LocationConstraint": crate::emulator::REGION })
}

fn by_stepwell(site: &Site<'_>, load: &str) -> Command {
    let mut command = Command::new(site.program);
    command.current_dir(repository::root()).env("STEPWELL_HOME", site.home);
    command.args(["run", "tests/bench/sync.toml", "--output", "text"]);
    command.arg("--option").arg(format!("source={load}")).arg("--option").arg(format!("bucket={load}"));
    command
}

fn by_aws_cli(site: &Site<'_>, load: &str) -> Command {
    let mut command = Command::new(site.others.program("aws"));
    command.args(["s3", "sync", "--no-progress"]).arg(site.home.join(load)).arg(format!("s3://{load}"));
    command
}

/// Lends the directories to the step.
fn lend(home: &Path) -> Result<(), TaskError> {
    fs::create_dir_all(home).map_err(TaskError::file(home))?;
    let lent = LOADS.map(|(load, ..)| format!("[directories.{load}]\npath = \"{load}\"\n")).concat();
    let settings = home.join("stepwell.toml");
    fs::write(&settings, lent).map_err(TaskError::file(&settings))
}

/// Writes files with evenly distributed sizes, fifty to a folder, and returns their total size.
fn write_files(folder: &Path, files: u64, sizes: std::ops::RangeInclusive<u64>) -> Result<u64, TaskError> {
    let mut bytes = 0;
    for number in 0..files {
        let path = folder.join(format!("{:03}/{number:05}.bin", number / 50));
        let size = sizes.start() + (sizes.end() - sizes.start()) * number / files;
        bytes += size;
        if fs::metadata(&path).is_ok_and(|there| there.len() == size) {
            continue;
        }
        let parent: PathBuf = path.parent().unwrap_or(folder).to_owned();
        fs::create_dir_all(&parent).map_err(TaskError::file(&parent))?;
        write_file(&path, number, size).map_err(TaskError::file(&path))?;
    }
    Ok(bytes)
}

/// Random bytes, so that neither program can save work.
fn write_file(path: &Path, seed: u64, size: u64) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(File::create(path)?);
    let (mut state, mut left) = (seed + 1, size);
    while left > 0 {
        // splitmix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bytes = (mixed ^ (mixed >> 31)).to_le_bytes();
        let taken = left.min(8);
        file.write_all(bytes.get(..taken as usize).unwrap_or(&bytes))?;
        left -= taken;
    }
    file.flush()
}

/// Checks the result: a program that fails fast must not win.
fn must_hold(aws: &mut AwsClient, bucket: &str, expected: (u64, u64), command: &Command) -> Result<(), TaskError> {
    let listed = objects(aws, bucket)?;
    let found = (listed.len() as u64, listed.iter().filter_map(|object| object.get("Size")?.as_u64()).sum());
    if found == expected {
        return Ok(());
    }
    let found = format!("{found:?} objects and bytes are in the bucket, and not {expected:?}");
    Err(TaskError::Wrong { program: name(command), found })
}

fn objects(aws: &mut AwsClient, bucket: &str) -> Result<Vec<Json>, TaskError> {
    let mut all = Vec::new();
    let mut request = json!({ "Bucket": bucket });
    loop {
        let mut page = aws.call("s3", "ListObjectsV2", request)?;
        if let Some(Json::Array(objects)) = page.get_mut("Contents").map(Json::take) {
            all.extend(objects);
        }
        let Some(token) = page.get_mut("NextContinuationToken").map(Json::take) else { return Ok(all) };
        request = json!({ "Bucket": bucket, "ContinuationToken": token });
    }
}

fn empty(aws: &mut AwsClient, bucket: &str) -> Result<(), TaskError> {
    let listed = objects(aws, bucket)?;
    let keys: Vec<Json> = listed.iter().map(|object| json!({ "Key": object.get("Key") })).collect();
    // The maximum of `DeleteObjects`.
    for keys in keys.chunks(1_000) {
        aws.call("s3", "DeleteObjects", json!({ "Bucket": bucket, "Delete": { "Objects": keys } }))?;
    }
    aws.call("s3", "DeleteBucket", json!({ "Bucket": bucket }))?;
    Ok(())
}

impl fmt::Display for Synced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, bytes, stepwell, aws_cli } = self;
        let load = format!("{files} files, {:.0} MB", *bytes as f64 / 1e6);
        let per_second = |cost: &Cost| *bytes as f64 / 1e6 / cost.wall.as_secs_f64();
        let (faster, smaller) =
            (aws_cli.wall.as_secs_f64() / stepwell.wall.as_secs_f64(), aws_cli.megabytes() / stepwell.megabytes());
        writeln!(f, "{:<36} {stepwell} {:>7.1} MB/s", format!("stepwell, {load}"), per_second(stepwell))?;
        writeln!(f, "   {:<36} {aws_cli} {:>7.1} MB/s", format!("aws s3 sync, {load}"), per_second(aws_cli))?;
        write!(f, "   {:<36} {faster:>8.1} times as fast, {smaller:.1} times less memory", "")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_same_files_are_written_every_time_and_their_sizes_are_spread() {
        let folder = tempfile::TempDir::new().unwrap();
        let read = |path: &str| fs::read(folder.path().join(path)).unwrap();
        assert_eq!(write_files(folder.path(), 60, 10..=70).unwrap(), (0..60).map(|n| 10 + n).sum::<u64>());
        let (first, last) = (read("000/00000.bin"), read("001/00059.bin"));
        assert_eq!((first.len(), last.len()), (10, 69));
        assert_ne!(first[..8], last[..8]);
        assert_ne!(last[..8], last[8..16]);
        fs::write(folder.path().join("000/00000.bin"), "another size").unwrap();
        write_files(folder.path(), 60, 10..=70).unwrap();
        assert_eq!(read("000/00000.bin"), first);
    }

    #[test]
    fn both_stand_beside_each_other_with_their_ratio() {
        let cost = |seconds, memory| Cost { wall: Duration::from_secs(seconds), user: Duration::ZERO, memory };
        let synced =
            Synced { files: 2_000, bytes: 17_000_000, stepwell: cost(2, 50_000_000), aws_cli: cost(10, 150_000_000) };
        let lines = synced.to_string();
        assert!(lines.contains("stepwell, 2000 files, 17 MB") && lines.contains("8.5 MB/s"), "{lines}");
        assert!(lines.ends_with("5.0 times as fast, 3.0 times less memory"), "{lines}");
    }
}
