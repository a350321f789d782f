//! Measures zen-expression, the language of GoRules ZEN, on the cases of cases.json. `answers` prints what each order
//! gives, `time` the nanoseconds of one evaluation of the first order.
use std::time::{Duration, Instant};
use zen_expression::scope::Scope;
use zen_expression::variable::Variable;
use zen_expression::vm::VM;

fn nanoseconds(mut work: impl FnMut()) -> f64 {
    let mut count = 1u32;
    loop {
        let begin = Instant::now();
        (0..count).for_each(|_| work());
        if begin.elapsed() > Duration::from_millis(50) {
            break;
        }
        count *= 2;
    }
    let mut rounds: Vec<f64> = (0..7)
        .map(|_| {
            let begin = Instant::now();
            (0..count).for_each(|_| work());
            begin.elapsed().as_nanos() as f64 / count as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&arguments[2]).unwrap();
    let input: serde_json::Value = serde_json::from_str(&text).unwrap();
    let scopes: Vec<Scope> = input["orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| Scope::new(Variable::from(order.clone())))
        .collect();
    for case in input["cases"].as_array().unwrap() {
        let program = zen_expression::compile_expression(case["zen"].as_str().unwrap()).unwrap();
        let mut vm = VM::new();
        print!("{}", case["name"].as_str().unwrap());
        if arguments[1] == "answers" {
            for scope in &scopes {
                let answer = program.evaluate_with_scope(scope, &mut vm).unwrap();
                print!("\t{}", answer.as_bool().unwrap());
            }
        } else {
            let took = nanoseconds(|| {
                let answer = program.evaluate_with_scope(&scopes[0], &mut vm).unwrap();
                assert_eq!(answer.as_bool(), Some(true));
            });
            print!("\t{took:.2}");
        }
        println!();
    }
}
