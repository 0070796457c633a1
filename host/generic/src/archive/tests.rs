use std::time::Instant;

use super::*;

#[test]
fn every_service_of_the_archive_can_be_read() {
    let archive = Archive::shipped();
    let names: Vec<String> = archive.services().unwrap().map(|entry| entry.name.clone()).collect();
    let mut slowest = Vec::new();
    for name in &names {
        let started = Instant::now();
        let service = archive.service(name).unwrap();
        slowest.push((started.elapsed(), name.clone()));
        assert_eq!(service.name, *name);
    }
    slowest.sort();
    println!("{} services, slowest {:?}", names.len(), slowest.iter().rev().take(5).collect::<Vec<_>>());
}
