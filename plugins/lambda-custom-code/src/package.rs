//! The zip archive with the code, and the place of the function in it.

use std::io::{Cursor, Write as _};

use stepwell_plugin::Failure;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The source file's name without its extension.
const FILE: &str = "main";

/// The handler `<file>.<function>`. The runtime adds the extension of its language.
pub(crate) fn handler(function: &str) -> String {
    format!("{FILE}.{function}")
}

/// The archive of one file. The same code makes the same archive, so that a repeated request is identical.
pub(crate) fn archive(runtime: &str, code: &str) -> Result<Vec<u8>, Failure> {
    let name = format!("{FILE}.{}", extension(runtime, code)?);
    // AWS runs the code as another user than the one that unpacks it, so every user must be able to read it.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let broken = |error: &dyn std::error::Error| {
        Failure::configuration_invalid(format!("`code` could not be put into an archive: {error}"))
    };
    archive.start_file(name, options).map_err(|error| broken(&error))?;
    archive.write_all(code.as_bytes()).map_err(|error| broken(&error))?;
    Ok(archive.finish().map_err(|error| broken(&error))?.into_inner())
}

fn extension(runtime: &str, code: &str) -> Result<&'static str, Failure> {
    match runtime.trim_end_matches(|c: char| !c.is_ascii_alphabetic()) {
        "python" => Ok("py"),
        "ruby" => Ok("rb"),
        // Node.js treats `.js` as CommonJS, which has no `export`.
        _ if runtime.starts_with("nodejs") => Ok(if is_module(code) { "mjs" } else { "js" }),
        _ => Err(Failure::configuration_invalid(format!(
            "`runtime` is {runtime}; it must be one of Python, Node.js or Ruby"
        ))),
    }
}

fn is_module(code: &str) -> bool {
    code.lines().any(|line| ["export ", "export{"].iter().any(|word| line.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use zip::ZipArchive;

    use super::*;

    #[test]
    fn each_language_has_its_kind_of_file() {
        let of = |runtime: &str, code: &str| extension(runtime, code).unwrap();
        assert_eq!(["python3.9", "python3.13"].map(|runtime| of(runtime, "")), ["py", "py"]);
        assert_eq!(of("ruby3.4", ""), "rb");
        assert_eq!(of("nodejs22.x", "exports.main = async () => 1;\n// export it"), "js");
        assert_eq!(of("nodejs22.x", "import fs from 'fs';\nexport const main = async () => 1;"), "mjs");
        for other in ["java21", "provided.al2023", "dotnet8", "pythonx", "rubyish3"] {
            assert_eq!(extension(other, "").unwrap_err().code, "ConfigurationInvalid", "{other}");
        }
    }

    #[test]
    fn an_archive_holds_the_code_readable_for_everybody_and_is_always_the_same() {
        let bytes = archive("python3.13", "def main(event, context):\n    return 'ä'\n").unwrap();
        assert_eq!(bytes, archive("python3.13", "def main(event, context):\n    return 'ä'\n").unwrap());
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(zip.len(), 1);
        let mut file = zip.by_name("main.py").unwrap();
        assert_eq!(file.unix_mode().unwrap() & 0o777, 0o644);
        let mut code = String::new();
        file.read_to_string(&mut code).unwrap();
        assert_eq!(code, "def main(event, context):\n    return 'ä'\n");
    }
}
