"""What a test pastes with a real clipboard event."""

PASTE_PICTURE = """async (place) => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 20});
  const blob = await new Promise((tell) => canvas.toBlob(tell, 'image/png'));
  const data = new DataTransfer();
  data.items.add(new File([blob], 'Мой экран.png', {type: 'image/png'}));
  document.querySelector(place).dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
"""``page.evaluate(PASTE_PICTURE, selector)``: a picture «Мой экран.png» into that element."""

PASTE_HTML = """([html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData('text/html', html);
  data.setData('text/plain', text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
"""``page.evaluate(PASTE_HTML, [html, text])``: what a clipboard holds, to where the cursor is."""
