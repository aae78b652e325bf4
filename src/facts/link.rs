//! Links: one spelling a page, and which of them tell alone which event they mean (`data/hosts.tsv`).

use std::fmt;
use std::iter::Copied;
use std::slice::Iter;
use std::sync::LazyLock;
use url::Url;

mod elsewhere;
mod found;
mod parameters;
mod redirect;
mod written;

pub use found::{Found, Introduced, links_in, pieces};
pub use written::Fault;

/// Longest address that is taken as a link; longer ones are tracking payloads or attacks.
const LONGEST_BYTES: usize = 2048;

/// Longest address of which it is asked whether it leads to another one.
const LONGEST_WRAPPED_BYTES: usize = 16 * 1024;

/// Marks that may stand between two links of a row, beside the word `and`: what was printed, and what was typed.
pub const JOINTS: &str = "|+&,;/$·–—-×✕•";

/// Words that were printed or typed there: `Rust Berlin x Rust Hamburg`.
const JOINT_WORDS: [&str; 5] = ["and", "x", "with", "und", "et"];

/// Whether a text, with what white space it has, is nothing but what may stand between two links of a row.
pub fn is_joint(text: &str) -> bool {
    !text.is_empty() && after_joint(text).is_empty()
}

/// The rest of a row behind what stands between two links, without white space at its ends.
pub fn after_joint(rest: &str) -> &str {
    let is_mark = |char: char| char.is_whitespace() || JOINTS.contains(char);
    let mut rest = rest.trim();
    loop {
        let marked = rest.trim_start_matches(is_mark);
        let word = marked.split(|char: char| !char.is_alphanumeric()).next();
        let word = word.filter(|word| {
            JOINT_WORDS
                .iter()
                .any(|joint| word.eq_ignore_ascii_case(joint))
        });
        rest = &marked[word.map_or(0, str::len)..];
        if word.is_none() {
            return rest;
        }
    }
}

/// The address of a page, in the one spelling that the newsletter prints.
///
/// `https`, lower-case host without `www.` where the platform does without, no parameters that are known to
/// be tracking or a meeting's password on that host (`data/parameters.tsv`), no locale path on Meetup, no
/// fragment unless it carries the page's state; parentheses and what else would end a Markdown link are
/// percent-encoded. Meetup groups have no last slash and Meetup events have one; other hosts keep their
/// own. What only leads to another address (`data/redirects.tsv`) is that address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link(String);

/// Why a text is no link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Longer than 2,048 bytes.
    #[error("address is longer than {LONGEST_BYTES} bytes")]
    TooLong,
    /// Not an absolute address.
    #[error("{0:?} is not an absolute http(s) address")]
    NotAnAddress(String),
    /// A name and a password before the host: never printed, never sent.
    #[error("address carries a user name or password")]
    Credentials,
    /// It only leads to another address, which cannot be read.
    #[error("address of a redirect that tells no page it leads to")]
    Redirect,
}

/// What a link means on its platform.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// One event's page: the platform's scope and its own id of the event.
    Event {
        /// The platform's name, under which ids are unique.
        scope: &'static str,
        /// The platform's id, lower case.
        id: String,
    },
    /// The page of a group, an organiser or a calendar.
    Group {
        /// The platform's name.
        scope: &'static str,
        /// The platform's id or slug, lower case.
        id: String,
    },
    /// A page that only together with a date tells which event is meant.
    Other,
}

/// Platforms that keep one page for all the days of an event.
const ONE_PAGE_FOR_ALL_DAYS: &[&str] = &["eventbrite"];

/// Whether an event of a platform, by its scope, takes place once: then its page has one day at a time.
pub fn has_one_day(scope: &str) -> bool {
    !ONE_PAGE_FOR_ALL_DAYS.contains(&scope)
}

/// Whether a parameter of an address tells, on any page, how its visitor came: `utm_source`, `fbclid`.
pub fn is_tracking(name: &str) -> bool {
    parameters::tracks(name)
}

impl Link {
    /// Reads an address and gives it its one spelling.
    ///
    /// # Errors
    /// Refuses what is no absolute `http`, `https` or `webcal` address with a host, what carries
    /// credentials, what is over 2,048 bytes, and a redirect to nowhere.
    pub fn parse(text: &str) -> Result<Link, LinkError> {
        let text = text.trim();
        if text.len() > LONGEST_WRAPPED_BYTES {
            return Err(LinkError::TooLong);
        }
        if is_spelled_already(text) {
            return Ok(Link(text.to_owned()));
        }
        let not = || LinkError::NotAnAddress(text.chars().take(80).collect());
        if text.chars().any(char::is_control) {
            return Err(not());
        }
        let decoded = written::without_references(text);
        let url = Url::parse(&decoded).map_err(|_| not())?;
        let mut url = match redirect::followed(&url)? {
            Some(target) => target,
            None => url,
        };
        if url.as_str().len().min(text.len()) > LONGEST_BYTES {
            return Err(LinkError::TooLong);
        }
        if !matches!(url.scheme(), "http" | "https" | "webcal" | "webcals")
            || url.host_str().is_none_or(str::is_empty)
        {
            return Err(not());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(LinkError::Credentials);
        }
        if url.scheme() != "https" {
            // `Url::set_scheme` refuses to turn a scheme it does not know into a special one.
            let port = url.port().filter(|port| *port != 80);
            let rest = &url[url::Position::BeforeHost..];
            url = Url::parse(&format!("https://{rest}")).map_err(|_| not())?;
            url.set_port(port).map_err(|()| not())?;
        }
        parameters::drop(&mut url);
        if !url.fragment().is_some_and(is_state) {
            url.set_fragment(None);
        }
        spell_platform(&mut url);
        let mut spelled = String::with_capacity(url.as_str().len());
        let mut after_percent = usize::MAX;
        for char in url.as_str().chars() {
            after_percent = if char == '%' {
                0
            } else {
                after_percent.saturating_add(1)
            };
            match char {
                // `%2a` is `%2A` (RFC 3986 section 6.2.2.1).
                digit if matches!(after_percent, 1 | 2) => spelled.push(digit.to_ascii_uppercase()),
                '(' => spelled.push_str("%28"),
                ')' => spelled.push_str("%29"),
                '[' => spelled.push_str("%5B"),
                ']' => spelled.push_str("%5D"),
                '<' => spelled.push_str("%3C"),
                '>' => spelled.push_str("%3E"),
                '|' => spelled.push_str("%7C"),
                '`' => spelled.push_str("%60"),
                '\\' => spelled.push_str("%5C"),
                '*' => spelled.push_str("%2A"),
                '\'' => spelled.push_str("%27"),
                char => spelled.push(char),
            }
        }
        Ok(Link(spelled))
    }

    /// A link in the spelling that [`Self::parse`] gave it before. A text that cannot come from there is parsed anew.
    ///
    /// # Errors
    /// As for [`Self::parse`].
    pub fn stored(text: &str) -> Result<Link, LinkError> {
        let is_spelled = |byte: u8| byte.is_ascii_graphic() && !b"()[]<>|`\\*'\"".contains(&byte);
        let host = text.strip_prefix("https://").unwrap_or_default();
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let is_link = !host.is_empty() && !host.contains('@');
        match is_link && text.len() <= LONGEST_BYTES && text.bytes().all(is_spelled) {
            true => Ok(Link(text.to_owned())),
            false => Link::parse(text),
        }
    }

    /// Reads an address as people type one: `www.meetup.com/rust-berlin` without a scheme too, and `<…>` around it.
    /// `None` for anything else, so that words are not taken for a link.
    pub fn typed(text: &str) -> Option<Link> {
        let text = text
            .trim()
            .trim_start_matches('<')
            .trim_end_matches(['>', ',', ';']);
        if text.contains("://") {
            return Link::parse(text).ok();
        }
        let host = text.split(['/', '?', '#']).next().unwrap_or_default();
        let is_host = host.split('.').count() > 1
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label
                        .chars()
                        .all(|char| char.is_alphanumeric() || char == '-')
            })
            && host
                .rsplit('.')
                .next()
                .is_some_and(|last| last.len() > 1 && last.chars().all(char::is_alphabetic));
        // `Node.js` is a word.
        let is_meant = host.len() < text.len() || host.to_lowercase().starts_with("www.");
        (is_host && is_meant && !text.contains(char::is_whitespace))
            .then(|| Link::parse(&format!("https://{text}")).ok())
            .flatten()
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the address means on its platform, by the grammar in `data/hosts.tsv`.
    pub fn meaning(&self) -> Meaning {
        static RULES: LazyLock<Vec<Rule>> = LazyLock::new(rules);
        let Some((host, path)) = self.host_and_path() else {
            return Meaning::Other;
        };
        for rule in RULES.iter().filter(|rule| host_matches(host, rule.host)) {
            if let Some(id) = rule.id_of(path) {
                let id = id_on_platform(rule.scope, &id);
                return match rule.kind {
                    "event" => Meaning::Event {
                        scope: rule.scope,
                        id,
                    },
                    _ => Meaning::Group {
                        scope: rule.scope,
                        id,
                    },
                };
            }
        }
        Meaning::Other
    }

    /// The host, without `www.`.
    pub fn host(&self) -> &str {
        let host = self.host_and_path().map_or("", |(host, _)| host);
        host.strip_prefix("www.").unwrap_or(host)
    }

    /// The host and the path, as they stand in the one spelling. None where the host is a number in brackets (IPv6):
    /// the spelling encodes the brackets, and what is left names no host.
    fn host_and_path(&self) -> Option<(&str, &str)> {
        let rest = self.0.strip_prefix("https://")?;
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = authority.split(':').next().unwrap_or_default();
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        (!host.starts_with("%5B")).then_some((host, path))
    }
}

impl fmt::Display for Link {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Whether a host is this domain or one of its subdomains.
pub fn is_host(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Whether a fragment tells more than a place inside a page.
fn is_state(fragment: &str) -> bool {
    // `#:~:text=…` is a passage that a browser marks.
    let is_state = fragment.contains('=') || fragment.starts_with(['!', '/']);
    is_state && !fragment.starts_with(":~:")
}

/// Whether a host is one that a table of hosts means: `example.org` stands for its subdomains too,
/// `example.*` for every country's domain, `*` for all hosts.
fn host_matches(host: &str, meant: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    match meant.strip_suffix(".*") {
        _ if meant == "*" => true,
        Some(name) => host
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.')),
        None => is_host(host, meant),
    }
}

/// Whether an address is its own one spelling, as can be seen at a glance: small letters, digits and hyphens in a
/// host with a name, a plain path, and nothing that leads elsewhere or that a platform spells in its own way. Every
/// address that is read back from the database is looked at so; all others are taken apart.
fn is_spelled_already(text: &str) -> bool {
    let Some((host, path)) = text
        .strip_prefix("https://")
        .filter(|_| text.len() <= LONGEST_BYTES)
        .and_then(|rest| rest.split_at_checked(rest.find('/')?))
    else {
        return false;
    };
    let is_name = |label: &str| {
        label.starts_with(|char: char| char.is_ascii_lowercase())
            && label.ends_with(|char: char| char.is_ascii_lowercase() || char.is_ascii_digit())
            && !label.starts_with("xn--")
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let is_spelled_by_platform = is_host(host, "meetup.com")
        || is_host(host, "lu.ma")
        || is_host(host, "luma.com")
        || host.contains("eventbrite.");
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    host.contains('.')
        && host.split('.').all(is_name)
        && !is_spelled_by_platform
        && path.bytes().all(is_plain)
        && !path.contains("/.")
        && !redirect::may_carry(path)
}

/// Whether a path begins with another in whole parts; one that ends with a slash begins all below it.
fn path_begins(path: &str, start: &str) -> bool {
    path.strip_prefix(start)
        .is_some_and(|rest| rest.is_empty() || start.ends_with('/') || rest.starts_with('/'))
}

/// The lines of a compiled-in table, without its remarks.
fn lines(table: &'static Table) -> impl Iterator<Item = Copied<Iter<'static, &'static str>>> {
    table.iter().map(|line| line.iter().copied())
}

/// A compiled-in table, taken apart once: every link asks it.
type Table = LazyLock<Vec<Vec<&'static str>>>;

/// The lines of a table, each in its columns.
fn columns(table: &'static str) -> Vec<Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect()).collect()
}

/// The spellings of the two platforms that make up nine rows of ten.
fn spell_platform(url: &mut Url) {
    let host = url.host_str().unwrap_or_default().to_owned();
    if is_host(&host, "meetup.com") {
        let parts: Vec<String> = url
            .path()
            .split('/')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        // `/de-DE/rust-noris/` is the German look of `/rust-noris/`.
        let locale = parts.first().is_some_and(|part| {
            let letters = |part: &[u8]| part.iter().all(u8::is_ascii_alphabetic);
            match part.as_bytes() {
                [a, b, b'-', c, d] if letters(&[*a, *b, *c, *d]) => {
                    // In small letters it could be a group's name: then nothing but `events` follows.
                    let capital = c.is_ascii_uppercase() && d.is_ascii_uppercase();
                    capital || parts.get(1).is_some_and(|next| next != "events")
                }
                _ => false,
            }
        });
        let parts: Vec<String> = parts.into_iter().skip(usize::from(locale)).collect();
        let path = match parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [group] | [group, "events"] if group != "ls" => format!("/{}", group.to_lowercase()),
            [group, "events", id] if id != "ical" && id != "rss" => {
                format!("/{}/events/{id}/", group.to_lowercase())
            }
            _ => return,
        };
        url.set_path(&path);
        url.set_query(None);
        // A fixed host of a valid address is always accepted.
        let _ = url.set_host(Some("www.meetup.com"));
    } else if matches!(
        host.as_str(),
        "lu.ma" | "www.lu.ma" | "www.luma.com" | "luma.com"
    ) {
        let _ = url.set_host(Some("luma.com"));
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
    } else if let Some(place) = url
        .path()
        .find("-tickets-")
        .filter(|_| host.contains("eventbrite."))
    {
        // What follows the number is the way the visitor came.
        let digits = url.path()[place + "-tickets-".len()..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let path = url.path()[..place + "-tickets-".len() + digits].to_owned();
        url.set_path(&path);
    }
}

/// Ids are compared in lower case, except Luma's, which tell cases apart; Eventbrite's are the number at
/// the end of the slug, the same in every country's domain.
fn id_on_platform(scope: &str, id: &str) -> String {
    match scope {
        "eventbrite" => id.rsplit('-').next().unwrap_or(id).to_owned(),
        "luma" => id.to_owned(),
        _ => id.to_lowercase(),
    }
}

struct Rule {
    host: &'static str,
    /// The parts of the path.
    pattern: Vec<&'static str>,
    kind: &'static str,
    scope: &'static str,
}

impl Rule {
    /// What stands where the pattern has `{id}`; of several such parts all, with a slash between.
    fn id_of(&self, path: &str) -> Option<String> {
        let mut parts = parts_of(path);
        let mut ids = Vec::new();
        for wanted in &self.pattern {
            let part = parts.next()?;
            match *wanted {
                "{id}" => ids.push(part),
                "{_}" => {}
                literal if literal == part => {}
                _ => return None,
            }
        }
        if parts.next().is_some() {
            return None;
        }
        (!ids.is_empty()).then(|| ids.join("/"))
    }
}

/// The parts of a path that are not empty.
fn parts_of(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn rules() -> Vec<Rule> {
    let lines = columns(include_str!("../../data/hosts.tsv")).into_iter();
    let rules = lines.filter_map(|line| match line[..] {
        [host, pattern, kind, scope, ..] => Some(Rule {
            host,
            pattern: parts_of(pattern).collect(),
            kind,
            scope,
        }),
        _ => None,
    });
    rules.collect()
}
