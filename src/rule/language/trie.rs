//! The texts of a dictionary as a trie over bytes, which may be upper-cased.

/// A set of printable ASCII bytes, one bit each.
pub(super) type Bytes = u128;

/// The set with one byte.
pub(super) fn only(byte: u8) -> Bytes {
    1 << (byte & 0x7f)
}

/// The bytes of a set, ascending.
pub(super) fn each(mut set: Bytes) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let byte = u8::try_from(set.trailing_zeros()).ok().filter(|byte| *byte < 128)?;
        set &= set - 1;
        Some(byte)
    })
}

/// Whether small letters count as capitals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Case {
    /// They do: the ledger keeps codes apart in that form.
    #[default]
    Folded,
    /// They do not.
    Exact,
}

impl Case {
    pub(super) fn of(self, byte: u8) -> u8 {
        match self {
            Self::Folded => byte.to_ascii_uppercase(),
            Self::Exact => byte,
        }
    }

    fn text(self, text: &str) -> String {
        match self {
            Self::Folded => text.to_ascii_uppercase(),
            Self::Exact => text.to_owned(),
        }
    }
}

#[derive(Debug)]
struct Node {
    /// Bytes with a child.
    bytes: Bytes,
    /// The first of its children, which stand in the order of their bytes.
    first: u32,
    /// The text that ends here.
    text: Option<u32>,
}

/// A trie; node 0 is its root.
#[derive(Debug)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    /// The texts as printed.
    texts: Vec<String>,
    case: Case,
    /// Shortest and longest text.
    pub(super) lengths: (usize, usize),
    /// No text is the beginning of another one.
    pub(super) prefix_free: bool,
}

impl Trie {
    pub(super) fn new(texts: &[String], case: Case) -> Self {
        let mut words: Vec<(String, u32)> =
            (0..).zip(texts).map(|(id, text)| (case.text(text), id)).collect();
        words.sort();
        words.dedup_by(|a, b| a.0 == b.0);
        let lengths = words.iter().map(|(word, _)| word.len());
        let lengths = (lengths.clone().min().unwrap_or(0), lengths.max().unwrap_or(0));
        let mut trie = Self { nodes: Vec::new(), texts: texts.to_vec(), case, lengths, prefix_free: true };
        trie.nodes.push(Node { bytes: 0, first: 0, text: None });
        // Nodes are made level by level, so that the children of one node stand side by side.
        let mut open = std::collections::VecDeque::from([(0_usize, 0..words.len(), 0_usize)]);
        while let Some((node, mut range, depth)) = open.pop_front() {
            if words.get(range.start).is_some_and(|(word, _)| word.len() == depth) {
                trie.nodes[node].text = Some(words[range.start].1);
                range.start += 1;
                trie.prefix_free &= range.is_empty();
            }
            trie.nodes[node].first = u32::try_from(trie.nodes.len()).unwrap_or(u32::MAX);
            while !range.is_empty() {
                let byte = words[range.start].0.as_bytes()[depth];
                let same = words[range.clone()].partition_point(|(word, _)| word.as_bytes()[depth] == byte);
                trie.nodes[node].bytes |= only(byte);
                open.push_back((trie.nodes.len(), range.start..range.start + same, depth + 1));
                trie.nodes.push(Node { bytes: 0, first: 0, text: None });
                range.start += same;
            }
        }
        trie
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Bytes that lead on from a node.
    pub(super) fn bytes(&self, node: u32) -> Bytes {
        self.node(node).bytes
    }

    pub(super) fn step(&self, node: u32, byte: u8) -> Option<u32> {
        let node = self.node(node);
        let before = node.bytes & (only(byte) - 1);
        (node.bytes & only(byte) != 0).then(|| node.first + before.count_ones())
    }

    /// Whether a text ends at the node.
    pub(super) fn ends(&self, node: u32) -> bool {
        self.node(node).text.is_some()
    }

    /// The text as printed, out of its upper-cased form.
    pub(super) fn text(&self, upper: &[u8]) -> Option<&str> {
        let node = upper.iter().try_fold(0, |node, byte| self.step(node, *byte))?;
        self.node(node).text.map(|id| self.texts[id as usize].as_str())
    }

    /// The first text, upper-cased.
    pub(super) fn first(&self) -> Vec<u8> {
        let (mut node, mut word) = (0, Vec::new());
        while !self.ends(node) {
            let Some(byte) = each(self.bytes(node)).next() else { break };
            word.push(byte);
            let Some(next) = self.step(node, byte) else { break };
            node = next;
        }
        word
    }

    /// By position: the bytes that stand there in some text.
    pub(super) fn columns(&self) -> Vec<Bytes> {
        let mut columns = vec![0; self.lengths.1];
        for text in &self.texts {
            for (column, byte) in columns.iter_mut().zip(text.bytes()) {
                *column |= only(self.case.of(byte));
            }
        }
        columns
    }

    fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trie(texts: &[&str]) -> Trie {
        Trie::new(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(), Case::Folded)
    }

    #[test]
    fn finds_the_text_as_printed() {
        let trie = trie(&["b", "01", "012", "0a"]);
        assert_eq!(trie.text(b"0A"), Some("0a"));
        assert_eq!(trie.text(b"012"), Some("012"));
        assert_eq!(trie.text(b"0"), None);
        assert_eq!(trie.text(b"C"), None);
        assert_eq!(trie.first(), b"01");
        assert_eq!((trie.lengths, trie.prefix_free), ((1, 3), false));
    }

    #[test]
    fn knows_what_can_stand_where() {
        let trie = trie(&["A1", "B2"]);
        assert!(trie.prefix_free);
        assert_eq!(trie.columns(), [only(b'A') | only(b'B'), only(b'1') | only(b'2')]);
        assert_eq!(each(trie.bytes(0)).collect::<Vec<_>>(), b"AB");
    }
}
