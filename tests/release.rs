//! A release, step by step in a shell: its packing, and the action that fetches the binary and runs it. GitHub's own
//! client is a script of ours; everything else is real.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const TARGET: &str = "x86_64-unknown-linux-musl";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with what packing needs of the project: the program as it was built for a target, the scripts and texts.
fn project(changelog: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    };
    for file in [
        "deploy/pack.sh",
        "README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "tests/golden/sample-2024-11-06.md",
    ] {
        fs::copy(root().join(file), at(file)).unwrap();
    }
    fs::write(at("Cargo.toml"), "[package]\nversion = \"1.2.3\"\n").unwrap();
    fs::write(at("CHANGELOG.md"), changelog).unwrap();
    let program = at(&format!("target/{TARGET}/release/rusty-events"));
    fs::copy(env!("CARGO_BIN_EXE_rusty-events"), program).unwrap();
    folder
}

fn script(folder: &Path, path: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new("bash")
        .arg(path)
        .args(arguments)
        .current_dir(folder)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-08-26\n\n- It prints.\n\n## 1.2.2 - 2026-08-19\n\n- Older.\n";

#[test]
fn a_tag_is_refused_unless_version_and_changelog_have_it() {
    let folder = project(CHANGELOG);
    let run = |arguments: &[&str]| script(folder.path(), "deploy/pack.sh", arguments, &[]);
    let right = run(&["check", "v1.2.3"]);
    assert!(right.status.success(), "{}", text(&right.stderr));
    let wrong = run(&["check", "v1.2.4"]);
    assert!(!wrong.status.success());
    assert!(text(&wrong.stderr).contains("is not v1.2.3"));
    let notes = text(&run(&["notes", "v1.2.3"]).stdout);
    assert_eq!(notes.trim(), "- It prints.");
    // A version whose number only begins so is another one.
    let longer = CHANGELOG.replace(
        "## 1.2.3 ",
        "## 1.2.30 - 2026-09-02\n\n- Newer.\n\n## 1.2.3 ",
    );
    let bracketed = longer
        .replace("1.2.30", "[1.2.30]")
        .replace("1.2.3 ", "[1.2.3] ");
    for changelog in [longer, bracketed] {
        let folder = project(&changelog);
        let notes = script(folder.path(), "deploy/pack.sh", &["notes", "v1.2.3"], &[]);
        assert_eq!(text(&notes.stdout).trim(), "- It prints.", "{changelog}");
    }
    let unsaid = project("# Changelog\n\n## Unreleased\n\n- It prints.\n");
    let unsaid = script(unsaid.path(), "deploy/pack.sh", &["check", "v1.2.3"], &[]);
    assert!(text(&unsaid.stderr).contains("has no part"), "{unsaid:?}");
    assert!(!run(&[]).status.success());
}

/// The archive of the program that was built for these tests.
///
/// It is linked with the system's libraries, and named as one for another target: the check of static binaries would
/// refuse it.
fn packed(folder: &Path, target: &str) -> PathBuf {
    let built = folder.join(format!("target/{TARGET}"));
    let named = folder.join(format!("target/{target}"));
    if built != named {
        fs::rename(built, named).unwrap();
    }
    let ran = script(folder, "deploy/pack.sh", &["pack", target], &[]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    folder.join(format!("target/pack/rusty-events-{target}.tar.gz"))
}

#[test]
fn an_archive_holds_the_program_with_completions_and_pages_and_a_static_one_is_static() {
    let folder = project(CHANGELOG);
    let refused = script(folder.path(), "deploy/pack.sh", &["pack", TARGET], &[]);
    assert!(!refused.status.success());
    assert!(
        text(&refused.stderr).contains("needs shared libraries"),
        "{}",
        text(&refused.stderr)
    );
    let archive = packed(folder.path(), "x86_64-unknown-linux-gnu");
    let listed = Command::new("tar")
        .arg("-tzf")
        .arg(&archive)
        .output()
        .unwrap();
    let listed = text(&listed.stdout);
    for file in [
        "rusty-events",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "completions/rusty-events.bash",
        "completions/_rusty-events",
        "completions/rusty-events.fish",
        "man/rusty-events.1",
        "man/rusty-events-update.1",
    ] {
        let path = format!("rusty-events-x86_64-unknown-linux-gnu/{file}\n");
        assert!(listed.contains(&path), "{file}\n{listed}");
    }
}

/// A runner of GitHub: folders, and a client that has one release.
struct Runner {
    folder: tempfile::TempDir,
}

impl Runner {
    fn new(checksum: Option<&str>, is_signed: bool) -> Runner {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        let release = at("release");
        let name = format!("rusty-events-{TARGET}");
        // What is packed is the other test's matter: here a small program will do.
        fs::create_dir_all(release.join(&name)).unwrap();
        let program = release.join(&name).join("rusty-events");
        fs::write(&program, "#!/bin/sh\necho rusty-events 1.2.3\n").unwrap();
        let mode = Command::new("chmod").arg("+x").arg(&program).status();
        assert!(mode.unwrap().success());
        let file = format!("{name}.tar.gz");
        let packed = Command::new("tar")
            .args(["-czf", &file, &name])
            .current_dir(&release)
            .status();
        assert!(packed.unwrap().success());
        let sum = Command::new("sha256sum")
            .arg(&file)
            .current_dir(&release)
            .output()
            .unwrap();
        let sum = checksum.map_or_else(|| text(&sum.stdout), |sum| format!("{sum}  {file}\n"));
        fs::write(release.join("SHA256SUMS"), sum).unwrap();
        fs::create_dir_all(at("bin")).unwrap();
        let verdict = if is_signed { 0 } else { 1 };
        let client = format!(
            "#!/bin/sh\ncase \"$1 $2 $3\" in\n'release download v1.2.3') shift 3; while [ $# -gt 0 ]; do [ \"$1\" != --dir ] || cp \"{release}\"/*.tar.gz \"{release}\"/SHA256SUMS \"$2\"; shift; done;;\n'attestation verify '*) exit {verdict};;\n*) exit 1;;\nesac\n",
            release = release.display()
        );
        fs::write(at("bin/gh"), client).unwrap();
        let mode = Command::new("chmod")
            .arg("+x")
            .arg(at("bin/gh"))
            .status()
            .unwrap();
        assert!(mode.success());
        Runner { folder }
    }

    fn get(&self, version: &str, os: &str) -> Output {
        let at = |path: &str| self.folder.path().join(path).display().to_string();
        let path = format!("{}:{}", at("bin"), std::env::var("PATH").unwrap());
        let get = root().join("deploy/action/get.sh").display().to_string();
        script(
            self.folder.path(),
            &get,
            &[],
            &[
                ("PATH", &path),
                ("REPOSITORY", "owner/rusty-events"),
                ("VERSION", version),
                ("RUNNER_OS", os),
                ("RUNNER_ARCH", "X64"),
                ("RUNNER_TEMP", &at("temp")),
                ("GITHUB_PATH", &at("path")),
            ],
        )
    }
}

#[test]
fn the_action_takes_only_the_binary_that_the_release_workflow_built() {
    let runner = Runner::new(None, true);
    let got = runner.get("v1.2.3", "Linux");
    assert!(
        got.status.success(),
        "{}{}",
        text(&got.stdout),
        text(&got.stderr)
    );
    let path = fs::read_to_string(runner.folder.path().join("path")).unwrap();
    let program = Path::new(path.trim()).join("rusty-events");
    assert!(Command::new(program).arg("-V").status().unwrap().success());

    let refused = |runner: &Runner, version: &str, os: &str, why: &str| {
        let got = runner.get(version, os);
        assert!(!got.status.success());
        let said = text(&got.stdout);
        assert!(said.contains("::error::") && said.contains(why), "{said}");
    };
    refused(&runner, "v9.9.9", "Linux", "has no release v9.9.9");
    for no_release in ["main", "v1"] {
        refused(&runner, no_release, "Linux", "no release such as v1.2.3");
    }
    refused(&runner, "v1.2.3", "Windows", "no binary for Windows");
    refused(
        &Runner::new(Some(&"0".repeat(64)), true),
        "v1.2.3",
        "Linux",
        "is not the file",
    );
    refused(
        &Runner::new(None, false),
        "v1.2.3",
        "Linux",
        "was not built by",
    );
}

#[test]
fn the_action_annotates_what_a_pull_request_brings_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    let git = |arguments: &[&str]| {
        let ran = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(arguments)
            .current_dir(folder.path().join("clone"))
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", text(&ran.stderr));
    };
    fs::create_dir_all(at("clone/draft")).unwrap();
    git(&["init", "--quiet", "--initial-branch", "main"]);
    let old = "* 2024-11-12 | Berlin, DE | [A](https://a.example/)\n    * [**A** ](https://a.example/1)\n";
    let draft = |rows: &str| {
        format!(
            "## Upcoming Events\n\nRusty Events between 2024-11-06 - 2024-12-04 🦀\n\n### Europe\n{rows}"
        )
    };
    let file = at("clone/draft/2024-11-06.md");
    fs::write(&file, draft(old)).unwrap();
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "one"]);
    git(&["clone", "--quiet", "--bare", ".", "../origin.git"]);
    git(&["remote", "add", "origin", "../origin.git"]);
    git(&["switch", "--quiet", "--create", "topic"]);
    let new =
        "* 2024-13-40 | Bern, CH | [B](https://b.example/)\n    * [**B**](https://b.example/1)\n";
    fs::write(&file, draft(&format!("{old}{new}"))).unwrap();
    git(&["commit", "--quiet", "--all", "--message", "two"]);

    let program = Path::new(env!("CARGO_BIN_EXE_rusty-events"))
        .parent()
        .unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let run = root().join("deploy/action/run.sh").display().to_string();
    let lint_since = |base: &str, command: &str, drafts: &str| {
        script(
            &at("clone"),
            &run,
            &[],
            &[
                ("PATH", &path),
                ("HOME", at("home").to_str().unwrap()),
                ("COMMAND", command),
                ("DRAFTS", drafts),
                ("BRANCH", "events"),
                ("MAIN", "main"),
                ("RUSTY_EVENTS_CONFIG", ""),
                ("GITHUB_BASE_REF", base),
            ],
        )
    };
    let lint = |command: &str, drafts: &str| lint_since("main", command, drafts);
    let found = lint("lint", "draft/*.md");
    assert_eq!(found.status.code(), Some(4), "{}", text(&found.stderr));
    let said = text(&found.stdout);
    assert!(
        said.starts_with("::error file=draft/2024-11-06.md,line=8,"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    // Without a pull request all is reported.
    let all = lint_since("", "lint", "draft/*.md");
    assert_eq!(all.status.code(), Some(4), "{}", text(&all.stderr));
    assert_eq!(
        text(&all.stdout).lines().count(),
        2,
        "{}",
        text(&all.stdout)
    );
    let none = lint("lint", "drafts/*.md");
    assert!(none.status.success());
    assert!(text(&none.stdout).contains("::notice::no draft"));
    assert_eq!(lint("print", "").status.code(), Some(2));
}
