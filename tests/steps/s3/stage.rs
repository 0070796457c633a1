//! A project that lends two directories, and an AWS with the bucket `data`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{AwsClient, Identities, Ministack, REGION};

use crate::support::{Site, report, venv};

/// `site` is lent for reading, `out` also for writing.
const PROJECT: &str =
    "name = \"test\"\n[directories]\nsite = { path = \"files\" }\nout = { path = \"arrived\", write = true }\n";

pub struct Stage {
    pub ministack: Ministack,
    pub aws: AwsClient,
    pub site: Site,
}

impl Stage {
    pub fn new() -> Self {
        let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
        let aws = ministack.client().expect("boto3 starts");
        let site = Site::new(ministack.endpoint()).file("project.toml", PROJECT);
        fs::create_dir_all(site.path("files")).expect("it can be made");
        fs::create_dir_all(site.path("arrived")).expect("it can be made");
        let mut stage = Self { ministack, aws, site };
        stage.bucket("data");
        stage
    }

    /// Adds these files, by path below `files` and content. They are older than any object.
    pub fn with_files(self, files: &[(&str, &str)]) -> Self {
        for (path, text) in files {
            self.file(&format!("files/{path}"), text);
        }
        self
    }

    /// Adds these objects to the bucket `data`.
    pub fn with_objects(mut self, objects: &[(&str, &str)]) -> Self {
        objects.iter().for_each(|(key, text)| self.put(key, text));
        self
    }

    /// Writes a file below the project. It is older than any object.
    pub fn file(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.site.path(path);
        fs::create_dir_all(path.parent().expect("it is in a directory")).expect("it can be made");
        fs::write(&path, content).expect("it can be written");
        changed_at(&path, SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000));
        path
    }

    pub fn bucket(&mut self, name: &str) {
        let place = json!({ "LocationConstraint": REGION });
        let params = json!({ "Bucket": name, "CreateBucketConfiguration": place });
        self.aws.call("s3", "CreateBucket", params).expect("a bucket");
    }

    pub fn put(&mut self, key: &str, text: &str) {
        self.aws.call("s3", "PutObject", json!({ "Bucket": "data", "Key": key, "Body": text })).expect("an object");
    }

    /// The objects of a bucket, by key and content.
    pub fn objects(&mut self, bucket: &str) -> BTreeMap<String, String> {
        let listed = self.aws.call("s3", "ListObjectsV2", json!({ "Bucket": bucket })).expect("it lists");
        let keys = listed["Contents"].as_array().into_iter().flatten().filter_map(|object| object["Key"].as_str());
        let get = |key: &str| {
            let got = self.aws.call("s3", "GetObject", json!({ "Bucket": bucket, "Key": key })).expect("it is there");
            (key.to_owned(), got["Body"].as_str().expect("a text").to_owned())
        };
        keys.map(get).collect()
    }

    /// The keys of the bucket `data`.
    pub fn keys(&mut self) -> Vec<String> {
        self.objects("data").into_keys().collect()
    }

    /// The files below a folder of the project, by path and content.
    pub fn files(&self, folder: &str) -> BTreeMap<String, String> {
        let (root, mut found, mut folders) = (self.site.path(folder), BTreeMap::new(), vec![self.site.path(folder)]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("readable").path();
                if path.symlink_metadata().expect("readable").is_dir() {
                    folders.push(path);
                } else if path.is_file() {
                    let name = path.strip_prefix(&root).expect("below it").display().to_string();
                    found.insert(name, fs::read_to_string(path).expect("readable"));
                }
            }
        }
        found
    }

    /// Runs a job of one step. Returns the exit code and the output.
    pub fn run(&self, uses: &str, with: &str) -> (i32, Vec<Json>) {
        self.write_job(uses, with);
        self.site.run_json()
    }

    pub fn write_job(&self, uses: &str, with: &str) {
        let job = format!("name = \"job\"\n\n[[steps]]\nid = \"it\"\nuses = \"{uses}\"\nwith = {{ {with} }}\n");
        fs::write(self.site.path("job.toml"), job).expect("it can be written");
    }

    /// Runs a step that must succeed. Returns its outputs and the lines that it logged.
    pub fn done(&self, uses: &str, with: &str) -> (Json, Vec<String>) {
        let (code, lines) = self.run(uses, with);
        assert_eq!(code, 0, "{with}: {}", report(&lines));
        let logged = crate::support::log_lines(&lines).into_iter().map(str::to_owned).collect();
        (report(&lines)["steps"][0]["outputs"].clone(), logged)
    }

    /// Checks a job of one step that must be refused before the run. Returns the reason.
    pub fn refused(&self, uses: &str, with: &str) -> String {
        self.write_job(uses, with);
        let [_, because, _] = self.site.stepwell(&["job", "check", "job.toml"]).three_lines(2).map(str::to_owned);
        assert!(because.contains("job.toml:6:"), "{because}");
        because
    }

    /// Runs a step that must fail. Returns the code and the message of its failure.
    pub fn failed(&self, uses: &str, with: &str) -> (String, String) {
        let (code, lines) = self.run(uses, with);
        assert_eq!(code, 1, "{with}: {}", report(&lines));
        let failure = crate::support::failure(&lines);
        let text = |name: &str| failure[name].as_str().expect("a text").to_owned();
        (text("code"), text("message"))
    }
}

/// The outputs of a step that moves or removes files.
pub fn counts(transferred: u64, bytes: u64, deleted: u64) -> Json {
    json!({ "transferred_count": transferred, "transferred_bytes": bytes, "deleted_count": deleted, "failed_count": 0 })
}

/// Files or objects, by name and content.
pub fn these(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

pub fn changed_at(path: &std::path::Path, at: SystemTime) {
    File::options().write(true).open(path).and_then(|file| file.set_modified(at)).expect("its time can be set");
}
