#include "cli/commands/report/html/page_numbers.h"

namespace leadline::cli {

const v1::Funnel& WholeFunnel(const PageNumbers& numbers) {
  return numbers.funnel.funnels_size() > 0 ? numbers.funnel.funnels(0) : v1::Funnel::default_instance();
}

const v1::Flow& WholeFlow(const PageNumbers& numbers) {
  return numbers.flow.flows_size() > 0 ? numbers.flow.flows(0) : v1::Flow::default_instance();
}

const v1::Feedback& WholeFeedback(const PageNumbers& numbers) {
  return numbers.feedback.feedbacks_size() > 0 ? numbers.feedback.feedbacks(0) : v1::Feedback::default_instance();
}

const v1::Velocity& WholeVelocity(const PageNumbers& numbers) {
  return numbers.velocity.velocities_size() > 0 ? numbers.velocity.velocities(0) : v1::Velocity::default_instance();
}

const v1::Pipeline& WholePipeline(const PageNumbers& numbers) {
  return numbers.pipeline.pipelines_size() > 0 ? numbers.pipeline.pipelines(0) : v1::Pipeline::default_instance();
}

}  // namespace leadline::cli
