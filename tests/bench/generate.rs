//! Writes the data of the benches:
//! `cargo bench --bench generate -- customers 1000000 > customers.csv` or
//! `-- codes 10000000 > codes.txt`; a third number is the seed.

mod codes;
mod customers;
mod random;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use customers::Customers;
use random::Random;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let words: Vec<_> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse().ok());
    let (Some(kind), Some(rows)) = (words.first(), number(1)) else {
        let _ = writeln!(io::stderr(), "usage: generate (customers|codes) ROWS [SEED]");
        return ExitCode::from(2);
    };
    let seed = number(2).unwrap_or(1);
    let out = BufWriter::new(io::stdout().lock());
    let written = match kind.as_str() {
        "customers" => write_customers(out, rows, seed),
        "codes" => write_codes(out, rows, seed),
        _ => Err(io::Error::other(format!("unknown kind {kind:?}: customers or codes"))),
    };
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "could not generate: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn write_customers(mut out: impl Write, rows: u64, seed: u64) -> io::Result<()> {
    writeln!(out, "{}", Customers::HEADER)?;
    for customer in Customers::new(rows, seed) {
        writeln!(out, "{customer}")?;
    }
    out.flush()
}

fn write_codes(mut out: impl Write, rows: u64, seed: u64) -> io::Result<()> {
    let mut random = Random::new(seed);
    for index in 0..rows {
        let (code, _) = codes::code(index, &mut random);
        out.write_all(&code)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
