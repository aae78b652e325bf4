//! The web server: the real program on the sample set-up, asked over real connections.

mod absent;
mod addresses;
mod agenda;
mod connections;
mod editing;
mod export;
mod floods;
mod forms;
mod language;
mod many;
mod month;
mod prepared;
mod public;
mod routes;
mod subscriber;
mod unrecorded;
mod worker;

use crate::program_in;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;

/// The Wednesday of the sample's issue, in the morning.
pub(crate) const NOW: &str = "2024-11-06T09:00:00Z";

/// The password of the editor Ann.
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample")
}

/// The sample read into a database, with a login for Ann: made once, copied for each who needs it.
pub(crate) fn database() -> &'static Path {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let folder = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let sample = sample();
        let sample = sample.to_str().unwrap();
        let all = ["--config", sample, "--database", "events.db", "--now", NOW];
        let ran = program_in(folder.path(), &[&all[..], &["refresh"]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        set_password(folder.path(), "ann", PASSWORD);
        folder
    });
    folder.path()
}

pub(crate) fn set_password(folder: &Path, name: &str, password: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args(["--config", sample().to_str().unwrap()])
        .args(["--database", "events.db", "user", "set-password", name])
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{password}").unwrap();
    drop(input);
    let done = child.wait_with_output().unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// The real program, serving.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) folder: TempDir,
}

impl Served {
    /// Serves the sample as it was read.
    pub(crate) fn sample() -> Served {
        Served::on("127.0.0.1:0")
    }

    /// The same on this address and port.
    pub(crate) fn on(listen: &str) -> Served {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(
            database().join("events.db"),
            folder.path().join("events.db"),
        )
        .unwrap();
        Served::in_folder(folder, sample().to_str().unwrap(), listen)
    }

    pub(crate) fn in_folder(folder: TempDir, config: &str, listen: &str) -> Served {
        let program = Command::new(env!("CARGO_BIN_EXE_rusty-events"));
        Served::by(program, folder, config, listen)
    }

    /// The sample, where the process may have so many files open.
    pub(crate) fn with_files(files: u32) -> Served {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(
            database().join("events.db"),
            folder.path().join("events.db"),
        )
        .unwrap();
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")])
            .arg(env!("CARGO_BIN_EXE_rusty-events"));
        Served::by(shell, folder, sample().to_str().unwrap(), "127.0.0.1:0")
    }

    fn by(mut program: Command, folder: TempDir, config: &str, listen: &str) -> Served {
        let mut child = program
            .args(["--config", config, "--database", "events.db", "--now", NOW])
            .args(["serve", "--listen", listen])
            .current_dir(folder.path())
            .env_clear()
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "it ended");
            if let Some(address) = line.trim().strip_prefix("serving http://") {
                break address.parse().unwrap();
            }
        };
        // A pipe that is not read fills up, and its writer waits for ever.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Served {
            child,
            address,
            folder,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What a program gets that asks for a path.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, "")
    }

    /// Posts a form, as a browser on one of its pages would.
    pub(crate) fn post(&self, path: &str, cookie: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("http://{}", self.address);
        let mut headers = vec![
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", origin.as_str()),
        ];
        headers.extend(cookie.map(|cookie| ("Cookie", cookie)));
        self.ask("POST", path, &headers, &form(fields))
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || method == "POST" {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        request.push_str("Connection: close\r\n\r\n");
        request.push_str(body);
        self.raw(request.as_bytes())
            .unwrap_or_else(|| panic!("{method} {path}: no answer"))
    }

    /// Sends bytes as they are; `None` if the connection is closed without an answer.
    pub(crate) fn raw(&self, request: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        // It may refuse before it has read all.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Answer::read(&answer)
    }

    /// Logs Ann in: her cookie.
    pub(crate) fn login(&self) -> String {
        let answer = self.post("/login", None, &[("name", "ann"), ("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.cookie().unwrap()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended; its exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Runs a command beside it, on the same database.
    pub(crate) fn beside(&self, arguments: &[&str]) -> crate::Ran {
        let sample = sample();
        let all = [
            &["--config", sample.to_str().unwrap()][..],
            &["--database", "events.db", "--now", NOW],
            arguments,
        ];
        program_in(self.folder.path(), &all.concat())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The fields of a form as a browser sends them.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Answer> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Answer {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()))
    }

    fn cookie(&self) -> Option<String> {
        let set = self.header("set-cookie")?;
        set.split(';').next().map(str::to_owned)
    }

    /// The value of a hidden field of the first form that has one of that name.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let page = scraper::Html::parse_document(&self.text());
        let field = scraper::Selector::parse(&format!("input[name={name}]")).unwrap();
        let field = page.select(&field).next();
        let field = field.unwrap_or_else(|| panic!("no field {name}:\n{}", self.text()));
        field.value().attr("value").unwrap_or_default().to_owned()
    }
}
