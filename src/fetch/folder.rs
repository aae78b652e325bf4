//! Reads files as answers: those in a mirror's folder, and those that the configuration names as sources.

use super::{Asked, Error, Validators, answer, error::one_line, guard};
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use url::Url;

/// Reads the first of these files that exists, as an answer.
pub(super) async fn look_up(
    url: &Url,
    files: &[PathBuf],
    validators: &Validators,
) -> Result<Asked, Error> {
    let host = guard::host(url);
    for file in files {
        match read(file.clone()).await {
            Ok(body) => return Ok(as_answer(body, validators)),
            Err(error) => match error.kind() {
                ErrorKind::NotFound
                | ErrorKind::NotADirectory
                | ErrorKind::IsADirectory
                | ErrorKind::InvalidFilename => {}
                _ => return Err(unreadable(file, &error)),
            },
        }
    }
    Err(Error::NotServed { host, status: 404 })
}

/// Reads a file as an answer.
pub(super) async fn read_file(path: &Path, validators: &Validators) -> Result<Asked, Error> {
    match read(path.to_owned()).await {
        Ok(body) => Ok(as_answer(body, validators)),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        why: one_line(&error.to_string()),
    }
}

/// A file has no headers; a hash of its content is its version.
fn as_answer(body: Vec<u8>, validators: &Validators) -> Asked {
    let digest = Sha256::digest(&body);
    let etag = digest.iter().fold(String::from("\""), |mut etag, byte| {
        etag.push_str(&format!("{byte:02x}"));
        etag
    }) + "\"";
    if validators.etag.as_ref() == Some(&etag) {
        return Asked::Unchanged;
    }
    Asked::Page {
        content_type: None,
        body,
        validators: Validators {
            etag: Some(etag),
            last_modified: None,
        },
        age: None,
    }
}

/// Reads a regular file, up to the limit of a body. A pipe or a device could block for ever.
async fn read(path: PathBuf) -> std::io::Result<Vec<u8>> {
    let read = move || {
        let kind = std::fs::metadata(&path)?.file_type();
        if kind.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        if !kind.is_file() {
            return Err(std::io::Error::other("is no regular file"));
        }
        let mut body = Vec::new();
        std::fs::File::open(&path)?
            .take(answer::LARGEST_BODY + 1)
            .read_to_end(&mut body)?;
        if body.len() as u64 > answer::LARGEST_BODY {
            let limit = answer::LARGEST_BODY;
            return Err(std::io::Error::other(format!("is over {limit} bytes")));
        }
        Ok(body)
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(std::io::Error::other)?
}
