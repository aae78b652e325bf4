//! Chance that repeats itself: the same seed and the same question give the same answer, whatever was
//! asked before. SplitMix64, which needs no crate.

/// A source of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The numbers that belong to a matter (`"weather"`) and up to two places in it, under a seed.
    pub(crate) fn of(seed: u64, matter: &str, one: usize, other: i64) -> Chance {
        let mut state = seed ^ 0x9e37_79b9_7f4a_7c15;
        for byte in matter.bytes() {
            state = mixed(state ^ u64::from(byte));
        }
        state = mixed(state ^ one as u64);
        Chance(mixed(state ^ other.cast_unsigned()))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number from 0 to one less than `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// A number between two, both included.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most - least + 1).unwrap();
        least + i64::try_from(self.next() % span).unwrap()
    }

    /// Whether it happens, with a chance of so many in a hundred.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A word of small letters, as platforms name what they have not numbered.
    pub(crate) fn letters(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b"bcdfghjklmnpqrstvwxyz"[self.below(21)]))
            .collect()
    }

    /// A number of nine digits, as platforms give one.
    pub(crate) fn digits(&mut self) -> String {
        self.between(300_000_000, 399_999_999).to_string()
    }
}

fn mixed(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
