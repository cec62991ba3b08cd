// The value of a field as its form would send it without scripts.
export function valuesOf(form) {
  return (name) => {
    const inputs = [...form.elements].filter((input) => input.name === name);
    const chosen = inputs.filter((input) => !["radio", "checkbox"].includes(input.type) || input.checked);
    return chosen.map((input) => input.value).join(", ");
  };
}
