//! The program: an exit status, and a quiet end when nobody reads any more. All else is in the
//! library.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match custcode::cli::run(std::env::args_os()) {
        Ok(status) => ExitCode::from(status),
        // A broken pipe is no error: the reader (`head`, `less`) has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when standard error is closed too.
            let _ = writeln!(std::io::stderr(), "error: could not write to standard output: {error}");
            ExitCode::from(3)
        }
    }
}
