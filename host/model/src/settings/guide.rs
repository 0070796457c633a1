//! What the guide shows is read by what it describes.

use super::*;
use crate::job::Job;

#[test]
fn every_file_in_the_guide_is_one_that_can_be_read() {
    let guide = include_str!("../../../../docs/credentials.md");
    let blocks: Vec<_> = guide.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        let name = block.lines().next().and_then(|line| line.strip_prefix("# ")).expect("it says which file it is");
        let source = Source::new(name, block);
        match name {
            "stepwell.toml" => drop(System::read(source).expect("valid")),
            "project.toml" => drop(Project::read(source).expect("valid")),
            "job.toml" => drop(Job::read(source).expect("valid")),
            other => panic!("{other}"),
        }
    }
}
