//! No circle of imports: a file that another one builds on does not build on it in turn.
//!
//! A file and those in the folder of its name are one module and may name each other.

use super::{code, modules};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Module = Vec<String>;

/// The files of the library by their path below `src`, and their code.
fn files() -> BTreeMap<Module, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = modules().into_iter().map(|(file, _)| {
        let path = file.strip_prefix(&source).unwrap().with_extension("");
        let parts = path.iter().map(|part| part.to_str().unwrap().to_owned());
        let lines = code(&file).into_iter().map(|(_, line)| line);
        (parts.collect(), lines.collect::<Vec<_>>().join("\n"))
    });
    files
        .filter(|(module, _): &(Module, String)| !matches!(&*module[0], "main" | "lib" | "build"))
        .collect()
}

/// The paths of a `use`, with its braces multiplied out.
fn expand(tree: &str, before: &[String], found: &mut Vec<Module>) {
    let mut depth = 0;
    let parts = tree.split(|char| {
        depth += i32::from(char == '{') - i32::from(char == '}');
        char == ',' && depth == 0
    });
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        let (head, inside) = match part.split_once('{') {
            Some((head, inside)) => (head, inside.rsplit_once('}').map(|(inside, _)| inside)),
            None => (part.split(" as ").next().unwrap(), None),
        };
        let names = head.split("::").map(str::trim);
        let names = names.filter(|name| !name.is_empty()).map(str::to_owned);
        let path: Module = before.iter().cloned().chain(names).collect();
        match inside {
            Some(inside) => expand(inside, &path, found),
            None => found.push(path),
        }
    }
}

/// The paths that a file imports, and those that it writes out where it uses them.
fn named(text: &str) -> Vec<Module> {
    let mut found = Vec::new();
    for (place, _) in text.match_indices("use ") {
        let is_word = text[..place].ends_with(['\n', ' ', ')']) || place == 0;
        if let Some((tree, _)) = text[place + 4..].split_once(';').filter(|_| is_word) {
            expand(tree, &[], &mut found);
        }
    }
    for begin in ["crate::", "super::"] {
        for (place, _) in text.match_indices(begin) {
            let is_path = |char: char| char.is_alphanumeric() || "_:".contains(char);
            let end = text[place..].find(|char| !is_path(char));
            let path = &text[place..place + end.unwrap_or(text.len() - place)];
            found.push(path.split("::").map(str::to_owned).collect());
        }
    }
    found
}

/// The file that a path leads to from a module, and the name there.
fn lead_to(
    path: &[String],
    module: &[String],
    files: &BTreeMap<Module, String>,
) -> Option<(Module, String)> {
    let supers = path.iter().take_while(|name| *name == "super").count();
    let whole: Module = match path.first()?.as_str() {
        "crate" => path[1..].to_vec(),
        "self" => [module, &path[1..]].concat(),
        "super" if supers <= module.len() => {
            [&module[..module.len() - supers], &path[supers..]].concat()
        }
        // A child of the module itself.
        _ => [module, path].concat(),
    };
    let length = (1..=whole.len()).rev();
    let length = length
        .into_iter()
        .find(|length| files.contains_key(&whole[..*length]))?;
    let name = whole.get(length).cloned().unwrap_or_default();
    Some((whole[..length].to_vec(), name))
}

#[test]
fn no_file_imports_one_that_imports_it() {
    let files = files();
    // What a module hands on from a file below it is that file's.
    let mut handed_on: BTreeMap<(Module, String), Module> = BTreeMap::new();
    for (module, text) in &files {
        for path in named(text) {
            let name = path.last().cloned().unwrap_or_default();
            if let Some((file, _)) = lead_to(&path, module, &files)
                && file.len() > module.len()
                && file.starts_with(module)
            {
                handed_on.insert((module.clone(), name), file);
            }
        }
    }
    let mut arrows: BTreeMap<&Module, BTreeSet<Module>> = BTreeMap::new();
    for (module, text) in &files {
        let led = named(text)
            .into_iter()
            .filter_map(|path| lead_to(&path, module, &files));
        let led = led.map(|(file, name)| {
            handed_on
                .get(&(file.clone(), name))
                .cloned()
                .unwrap_or(file)
        });
        let others = led.filter(|file| !file.starts_with(module) && !module.starts_with(file));
        arrows.insert(module, others.collect());
    }
    let reached = |from: &Module| {
        let mut reached: BTreeSet<Module> = BTreeSet::new();
        let mut next = vec![from.clone()];
        while let Some(file) = next.pop() {
            let new = arrows[&file].iter().filter(|file| !reached.contains(*file));
            next.extend(new.cloned().collect::<Vec<_>>());
            reached.extend(arrows[&file].iter().cloned());
        }
        reached
    };
    let reached: BTreeMap<&Module, BTreeSet<Module>> =
        files.keys().map(|file| (file, reached(file))).collect();
    assert!(
        arrows.values().map(BTreeSet::len).sum::<usize>() > 1000,
        "too few imports are found"
    );
    let circles: BTreeSet<Vec<String>> = files
        .keys()
        .filter(|file| reached[file].contains(*file))
        .map(|file| {
            let back = reached[file]
                .iter()
                .filter(|other| reached[other].contains(file));
            back.map(|file| file.join("/")).collect()
        })
        .collect();
    assert!(circles.is_empty(), "{circles:#?}");
}
