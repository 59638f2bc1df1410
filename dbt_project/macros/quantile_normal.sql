{# The quantile of the standard normal law that `queue` (between 0 and 0.5) is above: Hastings' rational approximation, to
   0.00045 (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 26.2.23). No engine's SQL has it. #}
{% macro quantile_normal(queue) -%}
{%- set t = 'sqrt(-2 * ln(' ~ queue ~ '))' -%}
({{ t }} - (2.515517 + 0.802853 * {{ t }} + 0.010328 * {{ t }} * {{ t }})
    / nullif(1 + 1.432788 * {{ t }} + 0.189269 * {{ t }} * {{ t }} + 0.001308 * {{ t }} * {{ t }} * {{ t }}, 0))
{%- endmacro %}
