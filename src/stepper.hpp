// The page that trace::html writes: what stands before and behind the recorded run.
#ifndef LASTI_STEPPER_HPP_INCLUDED
#define LASTI_STEPPER_HPP_INCLUDED

namespace lasti {
namespace trace {

extern const char* const stepper_style;    // what stands in <style>
extern const char* const stepper_body;     // the elements
extern const char* const stepper_script;   // steps through `run`, which stands before it
extern const char* const stepper_drawing;  // the parts of the page that it draws

}  // namespace trace
}  // namespace lasti

#endif
