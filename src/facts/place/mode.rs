//! How an event is held, and the words for it that newsletters print before a place.

use super::MAX_NAME_BYTES;
use super::fold::fold;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How an event is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// At a place.
    InPerson,
    /// Online only.
    Virtual,
    /// Both: printed twice.
    Hybrid,
}

/// The words for online events: Danish, Dutch, English, French, German, Italian, Norwegian, Polish, Portuguese, Spanish,
/// Swedish, Czech, Finnish, Turkish, Russian, Chinese, Japanese, Korean.
#[rustfmt::skip]
const VIRTUAL: &[&str] = &[
    "virtual", "online", "remote", "remoto", "virtuel", "virtuell", "virtueel", "virtuale", "virtuais", "en ligne",
    "en línea", "à distance", "a distancia", "à distância", "a distanza", "zdalnie", "på nätet", "på nett",
    "na dálku", "etänä", "çevrimiçi", "онлайн", "线上", "線上", "オンライン", "온라인",
];

/// The words for events both at a place and online, in the same languages.
#[rustfmt::skip]
const HYBRID: &[&str] = &[
    "hybrid", "virtual and in person", "in person and virtual", "virtual in person", "hybrid virtual and in person",
    "hybrid in person and virtual", "hybride", "híbrido", "híbrida", "ibrido", "ibrida", "hybrydowo", "hybridní",
    "hybridi", "hibrit", "гибрид", "presencial e online", "online e presencial", "presencial y en línea",
    "en línea y presencial", "presencial y virtual", "virtual y presencial", "vor ort und online",
    "online und vor ort", "sur place et en ligne", "en ligne et sur place", "in presenza e online",
    "online e in presenza", "online en op locatie", "op locatie en online", "混合", "ハイブリッド", "하이브리드",
];

impl Mode {
    /// The name in configuration and data: `in-person`, `virtual`, `hybrid`.
    pub fn name(self) -> &'static str {
        match self {
            Mode::InPerson => "in-person",
            Mode::Virtual => "virtual",
            Mode::Hybrid => "hybrid",
        }
    }

    /// By name, in any case, with space or hyphen; `online` is virtual, and so are the words of other languages.
    pub fn parse(text: &str) -> Option<Mode> {
        if text.len() > MAX_NAME_BYTES {
            return None;
        }
        static WORDS: LazyLock<BTreeMap<String, Mode>> = LazyLock::new(|| {
            let of = |mode: Mode| mode.labels().iter().map(move |word| (fold(word), mode));
            of(Mode::Virtual)
                .chain(of(Mode::Hybrid))
                .chain(of(Mode::InPerson))
                .collect()
        });
        WORDS.get(&fold(text)).copied()
    }

    /// The words that are read as this mode, in every language.
    pub fn labels(self) -> &'static [&'static str] {
        match self {
            Mode::InPerson => &["in person", "inperson"],
            Mode::Virtual => VIRTUAL,
            Mode::Hybrid => HYBRID,
        }
    }
}
