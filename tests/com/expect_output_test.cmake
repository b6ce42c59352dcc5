# SPDX-License-Identifier: Apache-2.0
# expect_output.cmake passes where text and status are right, and fails where one of them is not.
function(judge wanted complaint)
  execute_process(COMMAND ${CMAKE_COMMAND} -DOUTPUT=told:.yes -P ${CMAKE_CURRENT_LIST_DIR}/expect_output.cmake -- ${ARGN}
                  OUTPUT_QUIET ERROR_VARIABLE errors RESULT_VARIABLE status)
  if((wanted STREQUAL "passes" AND NOT status EQUAL 0) OR (wanted STREQUAL "fails" AND status EQUAL 0)
     OR NOT errors MATCHES "${complaint}")
    message(SEND_ERROR "${ARGN}: ${wanted}, but it was ${status}: ${errors}")
  endif()
endfunction()
judge(passes "told: yes" sh -c "echo told: yes")
judge(passes "told: yes" sh -c "echo told: yes >&2")
judge(fails "ended with 1" sh -c "echo told: yes && exit 1")
judge(fails "ended with" sh -c "echo told: yes && kill -SEGV $$")
judge(fails "did not say" sh -c "echo told: no")
judge(fails "ended with" ./no-such-program)
judge(fails "no program")
