//! The workflows, ours and those that people copy: every action is pinned by its commit, permissions are stated
//! and few, and no job that compiles holds a token that can write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use yaml_rust2::{Yaml, YamlLoader};

/// Programs that run the code of strangers: of a crate, a package, a page.
const BUILDS: [&str; 12] = [
    "cargo", "rustc", "npm", "npx", "pip", "pip3", "make", "docker", "podman", "curl", "wget",
    "apt-get",
];

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Path and text of each workflow.
fn workflows() -> Vec<(String, String)> {
    let mut paths = vec![
        "deploy/weekly.yml".to_owned(),
        "deploy/pages.yml".to_owned(),
    ];
    for entry in fs::read_dir(at(".github/workflows")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        paths.push(format!(".github/workflows/{name}"));
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(at(&path)).unwrap();
            (path, text)
        })
        .collect()
}

/// The scopes of a `permissions` key that can write; `None` if there is no such key.
fn writes(of: &Yaml) -> Option<Vec<String>> {
    match &of["permissions"] {
        Yaml::BadValue | Yaml::Null => None,
        Yaml::Hash(scopes) => Some(
            scopes
                .iter()
                .filter(|(_, level)| !matches!(level.as_str(), Some("read" | "none")))
                .filter_map(|(scope, _)| Some(scope.as_str()?.to_owned()))
                .collect(),
        ),
        other => Some(vec![format!("{other:?}")]),
    }
}

/// The words of the commands that a job runs.
fn commands(job: &Yaml) -> Vec<String> {
    let steps = job["steps"].as_vec().unwrap();
    let runs = steps.iter().filter_map(|step| step["run"].as_str());
    runs.flat_map(|run| run.split(|char: char| char.is_whitespace() || "();|&\"'`".contains(char)))
        .map(|word| word.rsplit('/').next().unwrap().to_owned())
        .collect()
}

/// What is wrong with a workflow.
fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let workflow = &YamlLoader::load_from_str(text).unwrap()[0];
    // The parser follows YAML 1.2, in which `on` is a word.
    let triggers = format!("{:?}", workflow["on"]);
    if workflow["on"].is_badvalue() || triggers.contains("pull_request_target") {
        faults.push(format!("it is started by {triggers}"));
    }
    let general = writes(workflow);
    match &general {
        None => faults.push("it states no permissions".to_owned()),
        Some(all) if !all.is_empty() => faults.push(format!("every job may write {all:?}")),
        Some(_) => {}
    }
    for (name, job) in workflow["jobs"].as_hash().unwrap() {
        let name = name.as_str().unwrap();
        let mut fault = |what: String| faults.push(format!("job {name}: {what}"));
        if job["timeout-minutes"].as_i64().is_none() {
            fault("it may run for ever".to_owned());
        }
        let may_write = writes(job).or_else(|| general.clone()).unwrap_or_default();
        let words = commands(job);
        let builds = BUILDS
            .iter()
            .find(|program| words.iter().any(|word| word == *program));
        if let (Some(program), false) = (builds, may_write.is_empty()) {
            fault(format!("it runs `{program}` and may write {may_write:?}"));
        }
        for step in job["steps"].as_vec().unwrap() {
            if step["run"].as_str().is_some_and(|run| run.contains("${{")) {
                fault(
                    "an expression stands in a script, where a stranger's text would be run"
                        .to_owned(),
                );
            }
            let Some(action) = step["uses"].as_str() else {
                continue;
            };
            let keeps_token = step["with"]["persist-credentials"].as_bool() != Some(false);
            if action.starts_with("actions/checkout@") && keeps_token && may_write.is_empty() {
                fault("the checkout keeps a token that the job has no use for".to_owned());
            }
        }
    }
    for line in text.lines() {
        let Some((_, action)) = line.split_once("uses:") else {
            continue;
        };
        let (pin, version) = action.split_once('#').unwrap_or((action, ""));
        let commit = pin.trim().split_once('@').map_or("", |(_, commit)| commit);
        let is_commit = commit.len() == 40 && commit.chars().all(|char| char.is_ascii_hexdigit());
        let version = version.trim().strip_prefix('v').unwrap_or_default();
        if !is_commit || version.split('.').count() != 3 {
            faults.push(format!(
                "not pinned by its commit with the version beside it: {}",
                line.trim()
            ));
        }
    }
    faults
}

#[test]
fn every_workflow_is_pinned_and_may_do_little() {
    let workflows = workflows();
    assert!(workflows.len() >= 3);
    for (path, text) in &workflows {
        assert_eq!(faults(text), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn the_check_finds_what_it_is_there_for() {
    let text = fs::read_to_string(at("deploy/weekly.yml")).unwrap();
    for (right, wrong, said) in [
        (
            "@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
            "@v6",
            "not pinned",
        ),
        ("# v6.0.2", "", "not pinned"),
        ("permissions: {}\n\n#", "#", "states no permissions"),
        (
            "permissions: {}\n\n#",
            "permissions: write-all\n\n#",
            "every job may write",
        ),
        (
            "    permissions: {}\n    steps:",
            "    permissions:\n      packages: write\n    steps:",
            "runs `cargo` and may write",
        ),
        (
            "persist-credentials: false",
            "persist-credentials: true",
            "keeps a token",
        ),
        (
            "    timeout-minutes: 60\n    permissions: {}",
            "    permissions: {}",
            "for ever",
        ),
        (
            "  workflow_dispatch:",
            "  pull_request_target:",
            "started by",
        ),
        (
            "code=0\n",
            "code=0\n          echo ${{ github.head_ref }}\n",
            "an expression",
        ),
        ("chmod +x", "npm ci && chmod +x", "runs `npm` and may write"),
    ] {
        assert!(text.contains(right), "{right}");
        let found = faults(&text.replacen(right, wrong, 1));
        assert!(
            found.iter().any(|fault| fault.contains(said)),
            "{said}: {found:?}"
        );
    }
}

#[test]
fn one_action_has_one_version() {
    let mut pins: Vec<String> = Vec::new();
    for (_, text) in workflows() {
        let lines = text.lines().filter_map(|line| line.split_once("uses: "));
        pins.extend(lines.map(|(_, pin)| pin.to_owned()));
    }
    pins.sort();
    pins.dedup();
    let mut repositories: Vec<String> = pins
        .iter()
        .map(|pin| {
            let path = pin.split('@').next().unwrap();
            let name: Vec<&str> = path.split('/').take(2).collect();
            format!("{} {}", name.join("/"), pin.split('@').nth(1).unwrap())
        })
        .collect();
    repositories.dedup();
    for pair in repositories.windows(2) {
        let name = |pin: &str| pin.split(' ').next().unwrap().to_owned();
        assert_ne!(name(&pair[0]), name(&pair[1]), "{pair:?}");
    }
}

#[test]
fn every_script_passes_the_shells_own_linter() {
    let mut scripts = vec![at(".ci/run"), at("tests/judges.sh")];
    for entry in fs::read_dir(at("deploy")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "sh") {
            scripts.push(path);
        }
    }
    assert!(scripts.len() >= 4, "{scripts:?}");
    for script in &scripts {
        let parsed = Command::new("bash").arg("-n").arg(script).status().unwrap();
        assert!(parsed.success(), "{}", script.display());
    }
    let Ok(linted) = Command::new("shellcheck").args(&scripts).output() else {
        return crate::skipped("shellcheck is not here: the scripts are not linted");
    };
    assert!(
        linted.status.success(),
        "{}",
        String::from_utf8_lossy(&linted.stdout)
    );
}
